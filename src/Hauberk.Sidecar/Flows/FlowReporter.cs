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

    /// <summary>No more will be added: <see cref="RunAsync"/> ends when the ledger has taken all.</summary>
    public void Complete() => queue.Writer.TryComplete();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var superseded = CancellationToken.None;
            try
            {
                if (unacknowledged is null && !await queue.Reader.WaitToReadAsync(cancellationToken))
                    return;
                var connection = await connections.GetAsync(cancellationToken);
                superseded = connection.Superseded;
                using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, superseded);
                await ReportAsync(new FlowService.FlowServiceClient(connection.Channel), end.Token);
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException or ObjectDisposedException)
            {
                // Nothing is lost: the connection of the new certificate takes over.
                if (cancellationToken.IsCancellationRequested || superseded.IsCancellationRequested)
                    continue;
                var delay = backoff.Next();
                Lost(e is RpcException rpc ? $"{rpc.StatusCode}: {Hauberk.Identity.IdentityProblem.Show(rpc.Status.Detail)}" : e.Message);
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        if (queue.Reader.Count + (unacknowledged?.Flows.Count ?? 0) is > 0 and var left)
            NotReported(left);
    }

    private async Task ReportAsync(FlowService.FlowServiceClient client, CancellationToken cancellationToken)
    {
        using var call = client.Report(cancellationToken: cancellationToken);
        // Sent again where the stream broke before it was acknowledged: twice in the ledger is better than never.
        while ((unacknowledged ??= await GatherAsync(cancellationToken)) is { } batch)
        {
            await call.RequestStream.WriteAsync(batch, cancellationToken);
            if (!await call.ResponseStream.MoveNext(cancellationToken))
                throw new RpcException(new Status(StatusCode.Unavailable, "the ledger ended the stream"));
            Interlocked.Add(ref reported, batch.Flows.Count);
            droppedReported += (long)batch.Dropped;
            unacknowledged = null;
            backoff.Reset();
        }
    }

    /// <summary>Null: there are no more to come.</summary>
    private async Task<FlowBatch?> GatherAsync(CancellationToken cancellationToken)
    {
        if (!await queue.Reader.WaitToReadAsync(cancellationToken))
            return null;
        if (queue.Reader.Count < MaxBatch)
            await Task.Delay(GatherFor, time, cancellationToken);
        var batch = new FlowBatch { Dropped = (ulong)(Dropped - droppedReported) };
        while (batch.Flows.Count < MaxBatch && queue.Reader.TryRead(out var record))
            batch.Flows.Add(record.ToFlow());
        return batch;
    }

    [LoggerMessage(LogLevel.Warning, "flows cannot be reported: {Problem}")]
    private partial void Lost(string problem);

    [LoggerMessage(LogLevel.Warning, "the flows of {Count} connections were not reported in the time that is left for it")]
    private partial void NotReported(int count);
}
