using Grpc.Core;
using Hauberk.Api.Flows;
using Hauberk.ControlPlane.Mesh;
using Hauberk.ControlPlane.Observability;

namespace Hauberk.ControlPlane.Flows;

/// <summary>Takes sidecars' reports. Who reports follows from the connection, not from what it says.</summary>
internal sealed class FlowReportService(
    FlowLedger ledger, ServerFirstPorts serverFirst, FlowNames names, TimeProvider clock, ControlPlaneMetrics metrics) : FlowService.FlowServiceBase
{
    private const int MaxFlowsInBatch = 512;
    private const int MaxFlowBytes = 4 * 1024;

    public override async Task Report(
        IAsyncStreamReader<FlowBatch> requestStream, IServerStreamWriter<FlowAcknowledgement> responseStream, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var peer = VerifiedPeer.Of(http) ?? throw new RpcException(new Status(StatusCode.Unauthenticated, "flows are taken from sidecars with a certificate only"));
        using var lifetime = PeerLifetime.Start(peer, clock, context);
        ulong accepted = 0;
        try
        {
            while (await requestStream.MoveNext(lifetime.Token))
            {
                accepted += Accept(requestStream.Current, peer, http.Connection.RemoteIpAddress);
                await responseStream.WriteAsync(new FlowAcknowledgement { Accepted = accepted }, lifetime.Token);
            }
        }
        catch (OperationCanceledException) when (lifetime.Token.IsCancellationRequested)
        {
            throw lifetime.End();
        }
    }

    private ulong Accept(FlowBatch batch, VerifiedPeer peer, System.Net.IPAddress? from)
    {
        if (batch.Flows.Count > MaxFlowsInBatch)
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"a batch of {batch.Flows.Count} flows is over the bound of {MaxFlowsInBatch}"));
        var flows = batch.Flows.Where(static f => f.CalculateSize() <= MaxFlowBytes).ToList();
        foreach (var flow in flows)
        {
            names.FillIn(flow, peer, from);
            serverFirst.Learn(flow);
        }
        ledger.Add(flows);
        metrics.FlowsAccepted.Add(flows.Count);
        metrics.FlowsDropped.Add((long)Math.Min(batch.Dropped, long.MaxValue / 2) + batch.Flows.Count - flows.Count);
        return (ulong)flows.Count;
    }
}
