using System.Net;
using System.Net.Sockets;

namespace Hauberk.ControlPlane;

internal static class HostText
{
    /// <summary>As it stands before a port: an IPv6 address in brackets.</summary>
    public static string Of(string host) =>
        IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : host;
}
