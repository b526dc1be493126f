using Hauberk.Net.Sockets;
using Hauberk.Sidecar.Enforcement;

namespace Hauberk.Sidecar.Outbound;

/// <summary>Takes what the application sends to others; one for each loop on the same address.</summary>
internal static class OutboundListener
{
    public static Task<ListenerSocket> OpenAsync(DataPath path, ConnectionRegistry registry, Tunnels tunnels, ListenAddress address) =>
        ListenerSocket.OpenAsync(
            registry.Loop, address.Address, path.Outbound.ListenerOptions,
            client => new OutboundConnection(path, registry, tunnels, client, address.Destination).RunAsync());
}
