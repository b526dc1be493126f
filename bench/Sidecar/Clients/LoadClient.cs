using System.Globalization;
using System.Net;

namespace Hauberk.Sidecar.Benchmarks.Clients;

/// <summary>This program started again on a caller's host, for load that wrk does not make.</summary>
internal static class LoadClient
{
    public static int Run(string kind, string address, string port, string[] rest)
    {
        var target = new IPEndPoint(IPAddress.Parse(address), Number(port));
        switch (kind)
        {
            case "idle":
                IdleConnections.Hold(target, Number(rest[0]));
                return 0;
            case "rate":
                FixedRate.Run(target, Number(rest[0]), Number(rest[1]));
                return 0;
            case "stalled":
                StalledReader.Run(target);
                return 0;
            case "first":
                FirstByte.Run(target);
                return 0;
            default:
                return 2;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
