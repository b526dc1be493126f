using Grpc.Core;
using Hauberk.Api.Distribution;
using Hauberk.ControlPlane.Mesh;
using Hauberk.ControlPlane.Observability;
using Hauberk.ControlPlane.Registry;
using Hauberk.Policy.Resources;
using Status = Grpc.Core.Status;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>Delta xDS: one stream for each sidecar, which it opens with its verified certificate and the name of its workload.</summary>
internal sealed partial class DiscoveryService(
    MeshRegistry registry, ResourceSource source, ConnectedSidecars sidecars, WorkloadEntryStatus status, TimeProvider clock, ControlPlaneMetrics metrics,
    ILogger<DiscoveryService> log) : AggregatedDiscoveryService.AggregatedDiscoveryServiceBase
{
    public override async Task DeltaAggregatedResources(
        IAsyncStreamReader<DeltaDiscoveryRequest> requestStream, IServerStreamWriter<DeltaDiscoveryResponse> responseStream, ServerCallContext context)
    {
        try
        {
            await ServeAsync(requestStream, responseStream, context);
        }
        catch (RpcException refusal) when (refusal.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.InvalidArgument or StatusCode.ResourceExhausted)
        {
            metrics.StreamsRefused.Increment();
            LogRefused(context.Peer, refusal.StatusCode, refusal.Status.Detail);
            throw;
        }
    }

    private async Task ServeAsync(
        IAsyncStreamReader<DeltaDiscoveryRequest> requests, IServerStreamWriter<DeltaDiscoveryResponse> responses, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var peer = VerifiedPeer.Of(http) ?? throw Refuse(StatusCode.Unauthenticated, "configuration is given to sidecars with a certificate only");
        using var lifetime = PeerLifetime.Start(peer, clock, context);
        try
        {
            if (!await requests.MoveNext(lifetime.Token)) return;
            var first = requests.Current;
            var node = first.Node ?? throw Refuse(StatusCode.InvalidArgument, "the first request names no node");
            var admission = new NodeAdmission(node.Id, peer.Identity);
            var entry = admission.Check(registry.Current);
            var connection = new SidecarConnection(
                node.Id, peer, http.Connection.RemoteIpAddress?.ToString() ?? "", NodeText.Version(node), clock.GetUtcNow());
            using var registered = sidecars.Add(connection);
            LogConnected(node.Id, peer.Identity);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Token);
            var recording = RecordAsync(connection, entry, NodeMetadata.TunnelPort(node), ended.Token);
            try
            {
                await new DiscoveryStream(admission, connection, registry, source, responses, clock, metrics).RunAsync(first, requests, lifetime.Token);
            }
            finally
            {
                await ended.CancelAsync();
                await recording;
            }
        }
        catch (OperationCanceledException) when (lifetime.Token.IsCancellationRequested)
        {
            throw lifetime.End();
        }
    }

    private async Task RecordAsync(SidecarConnection connection, WorkloadEntryResource entry, int? tunnelPort, CancellationToken ended)
    {
        try
        {
            if (!await status.RecordAsync(connection, entry, tunnelPort, ended)) LogStatusNotKept(null, connection.Node);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // What it says counts while it is there to say it.
        }
        catch (Exception e)
        {
            // How the stream ends is the stream's to say.
            LogStatusNotKept(e, connection.Node);
        }
    }

    private static RpcException Refuse(StatusCode code, string message) => new(new Status(code, message));

    [LoggerMessage(Level = LogLevel.Information, Message = "Sidecar {Node} connected as {Identity}.")]
    private partial void LogConnected(string node, Identity.SpiffeId identity);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What sidecar {Node} says of itself could not be kept: others may not use tunnels to it.")]
    private partial void LogStatusNotKept(Exception? cause, string node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused configuration to {Peer}: {Code}: {Reason}")]
    private partial void LogRefused(string peer, StatusCode code, string reason);
}
