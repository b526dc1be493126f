using Hauberk.Net;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar;

/// <summary>
/// Gives the memory of a crowd that has left back to the system. The runtime would not look for it before it needs more, and the C library keeps every page
/// below one that is in use.
/// </summary>
internal sealed class MemoryReturn(ConnectionMetrics connections, TimeProvider time)
{
    // Half of the connections must have gone, and enough that what they held is worth a short stop of the loops.
    private const int LeastGone = 256;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    // Where crowds come and go all the time their memory is better kept.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var lastAt = time.GetTimestamp();
        for (long most = 0; ;)
        {
            await Task.Delay(Pause, time, cancellationToken);
            var now = connections.Active(ConnectionDirection.Inbound) + connections.Active(ConnectionDirection.Outbound);
            most = Math.Max(most, now);
            if (most - now < Math.Max(LeastGone, now) || time.GetElapsedTime(lastAt) < Rest)
                continue;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            NativeHeap.GiveBack();
            (most, lastAt) = (now, time.GetTimestamp());
        }
    }
}
