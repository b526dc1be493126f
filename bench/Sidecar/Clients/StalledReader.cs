using System.Net;

namespace Hauberk.Sidecar.Benchmarks.Clients;

/// <summary>Asks for the large file and stops reading.</summary>
internal static class StalledReader
{
    /// <summary>Says "stalled" once the file is on its way, and stays until it is ended.</summary>
    public static async Task RunAsync(IPEndPoint target)
    {
        using var connection = new HttpConnection(target);
        await connection.ConnectAsync();
        await connection.BeginBulkAsync();
        Console.WriteLine("stalled");
        await Task.Delay(Timeout.Infinite);
    }
}
