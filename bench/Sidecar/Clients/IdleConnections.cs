using System.Net;

namespace Hauberk.Sidecar.Benchmarks.Clients;

/// <summary>Connections that have carried one request each and then stand still.</summary>
internal static class IdleConnections
{
    private const int AtOnce = 32;

    /// <summary>Says "open" when all are, and holds them until it is ended.</summary>
    public static async Task HoldAsync(IPEndPoint target, int count)
    {
        var connections = new HttpConnection[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            connections[i] = new HttpConnection(target);
            await connections[i].ConnectAsync();
            await connections[i].GetAsync();
        });
        Console.WriteLine("open");
        await Task.Delay(Timeout.Infinite);
        GC.KeepAlive(connections);
    }
}
