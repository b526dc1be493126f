using System.Net;

namespace Hauberk.Sidecar.Benchmarks.Clients;

/// <summary>Connections that have carried one request each and then stand still.</summary>
internal static class IdleConnections
{
    private const int AtOnce = 32;

    /// <summary>Says "open" when all are, and holds them until it is ended.</summary>
    public static void Hold(IPEndPoint target, int count)
    {
        var connections = new HttpConnection[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, i =>
        {
            connections[i] = new HttpConnection(target);
            connections[i].Connect();
            connections[i].Get();
        });
        Console.WriteLine("open");
        Thread.Sleep(Timeout.Infinite);
        GC.KeepAlive(connections);
    }
}
