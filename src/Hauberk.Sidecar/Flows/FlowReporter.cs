using System.Threading.Channels;
using Grpc.Core;
using Hauberk.Api.Flows;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Records;
using Microsoft.Extensions.Logging;

namespace Hauberk.Sidecar.Flows;

/// <summary>
/// Reports finished connections to the control plane's ledger, in batches. Evidence never holds up traffic: what finds the queue full is dropped
/// and counted, and the count is reported too.
/// </summary>
internal sealed partial class FlowReporter(ControlPlaneConnections connections, TimeProvider time, ILogger<FlowReporter> log)
{
    public const int QueueCapacity = 8192;

    /// <summary>What the protocol allows in one message.</summary>
    public const int MaxBatch = 512;

    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(200);

    private readonly Channel<ConnectionRecord> queue =
        Channel.CreateBounded<ConnectionRecord>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });

    private readonly Backoff backoff = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30));
    private FlowBatch? unacknowledged;
    private long dropped;
    private long droppedReported;
    private long reported;

    /// <summary>Records that found the queue full.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Records that the ledger has taken.</summary>
    public long Reported => Interlocked.Read(ref reported);

    /// <summary>Never waits. Safe for any number of threads.</summary>
    public void Add(ConnectionRecord record)
    {
        if (!queue.Writer.TryWrite(record))
            Interlocked.Increment(ref dropped);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (unacknowledged is null)
                    await queue.Reader.WaitToReadAsync(cancellationToken);
                var connection = await connections.GetAsync(cancellationToken);
                using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection.Superseded);
                await ReportAsync(new FlowService.FlowServiceClient(connection.Channel), end.Token);
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException or ObjectDisposedException)
            {
                var delay = backoff.Next();
                Lost(e is RpcException rpc ? $"{rpc.StatusCode}: {Hauberk.Identity.IdentityProblem.Show(rpc.Status.Detail)}" : e.Message);
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ReportAsync(FlowService.FlowServiceClient client, CancellationToken cancellationToken)
    {
        using var call = client.Report(cancellationToken: cancellationToken);
        while (true)
        {
            // Sent again where the stream broke before it was acknowledged: twice in the ledger is better than never.
            unacknowledged ??= await GatherAsync(cancellationToken);
            await call.RequestStream.WriteAsync(unacknowledged, cancellationToken);
            if (!await call.ResponseStream.MoveNext(cancellationToken))
                throw new RpcException(new Status(StatusCode.Unavailable, "the ledger ended the stream"));
            Interlocked.Add(ref reported, unacknowledged.Flows.Count);
            droppedReported += (long)unacknowledged.Dropped;
            unacknowledged = null;
            backoff.Reset();
        }
    }

    private async Task<FlowBatch> GatherAsync(CancellationToken cancellationToken)
    {
        await queue.Reader.WaitToReadAsync(cancellationToken);
        if (queue.Reader.Count < MaxBatch)
            await Task.Delay(GatherFor, time, cancellationToken);
        var batch = new FlowBatch { Dropped = (ulong)(Dropped - droppedReported) };
        while (batch.Flows.Count < MaxBatch && queue.Reader.TryRead(out var record))
            batch.Flows.Add(record.ToFlow());
        return batch;
    }

    [LoggerMessage(LogLevel.Warning, "flows cannot be reported: {Problem}")]
    private partial void Lost(string problem);
}
