using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hauberk.Sidecar.Benchmarks.Clients;

/// <summary>Asks again and again until there is an answer.</summary>
internal static class FirstByte
{
    private const int PauseMs = 1;

    /// <summary>Says "waiting", then "first" with the monotonic time of the answer.</summary>
    public static void Run(IPEndPoint target)
    {
        // What the runtime prepares at a first use is done before it counts.
        Try(target);
        Console.WriteLine("waiting");
        while (!Try(target)) Thread.Sleep(PauseMs);
        Console.WriteLine($"first {Stopwatch.GetTimestamp()}");
    }

    private static bool Try(IPEndPoint target)
    {
        using var connection = new HttpConnection(target);
        try
        {
            connection.Connect();
            connection.Get();
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
