using System.Globalization;
using System.Net;

namespace Hauberk.Sidecar.Benchmarks.Clients;

/// <summary>This program started again on a caller's host, for load that wrk does not make.</summary>
internal static class LoadClient
{
    public static async Task<int> RunAsync(string kind, string address, string port, string[] rest)
    {
        var target = new IPEndPoint(IPAddress.Parse(address), Number(port));
        switch (kind)
        {
            case "idle":
                await IdleConnections.HoldAsync(target, Number(rest[0]));
                return 0;
            case "rate":
                await FixedRate.RunAsync(target, Number(rest[0]), Number(rest[1]));
                return 0;
            case "stalled":
                await StalledReader.RunAsync(target);
                return 0;
            case "first":
                await FirstByte.RunAsync(target);
                return 0;
            default:
                return 2;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
