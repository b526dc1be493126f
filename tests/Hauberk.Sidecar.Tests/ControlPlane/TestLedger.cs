using Grpc.Core;
using Hauberk.Api.Flows;

namespace Hauberk.Sidecar.Tests.ControlPlane;

internal sealed class TestLedger
{
    private readonly Lock gate = new();
    private readonly List<FlowBatch> batches = [];
    private TaskCompletionSource held = new();

    public TestLedger() => held.SetResult();

    public IReadOnlyList<FlowBatch> Batches
    {
        get
        {
            lock (gate)
                return [.. batches];
        }
    }

    /// <summary>Breaks the next stream after it has read one batch, before it is acknowledged.</summary>
    public bool BreaksOnce { get; set; }

    /// <summary>Acknowledges nothing until <see cref="Release"/>.</summary>
    public void Hold() => held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => held.SetResult();

    internal sealed class Service(TestLedger ledger) : FlowService.FlowServiceBase
    {
        public override async Task Report(
            IAsyncStreamReader<FlowBatch> requestStream, IServerStreamWriter<FlowAcknowledgement> responseStream, ServerCallContext context)
        {
            ulong accepted = 0;
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                if (ledger.BreaksOnce)
                {
                    ledger.BreaksOnce = false;
                    throw new RpcException(new Status(StatusCode.Unavailable, "broken by the test"));
                }
                await ledger.held.Task.WaitAsync(context.CancellationToken);
                lock (ledger.gate)
                    ledger.batches.Add(requestStream.Current);
                accepted += (ulong)requestStream.Current.Flows.Count;
                await responseStream.WriteAsync(new FlowAcknowledgement { Accepted = accepted }, context.CancellationToken);
            }
        }
    }
}
