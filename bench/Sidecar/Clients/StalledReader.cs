using System.Net;

namespace Hauberk.Sidecar.Benchmarks.Clients;

/// <summary>Asks for the large file and stops reading.</summary>
internal static class StalledReader
{
    /// <summary>Says "stalled" once the file is on its way, and stays until it is ended.</summary>
    public static void Run(IPEndPoint target)
    {
        using var connection = new HttpConnection(target);
        connection.Connect();
        connection.BeginBulk();
        Console.WriteLine("stalled");
        Thread.Sleep(Timeout.Infinite);
    }
}
