using System.Net;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>Hands out addresses of 127.0.0.0/8, so that each "host" of a test has its own and any port on it is free.</summary>
internal static class LoopbackAddresses
{
    private static int last;

    public static IPAddress Next()
    {
        var n = Interlocked.Increment(ref last);
        return new IPAddress([127, (byte)(20 + n / 62500 % 200), (byte)(n / 250 % 250 + 1), (byte)(n % 250 + 1)]);
    }
}
