using System.Net;
using Hauberk.Net.Sockets;
using Hauberk.Sidecar.Enforcement;

namespace Hauberk.Sidecar.Inbound;

/// <summary>Takes what others send to the application, captured or through tunnels; one for each loop on the same address.</summary>
internal static class InboundListener
{
    public static Task<ListenerSocket> OpenAsync(DataPath path, ConnectionRegistry registry, ListenAddress address) =>
        ListenerSocket.OpenAsync(
            registry.Loop, address.Address, path.Inbound.ListenerOptions,
            client => new InboundConnection(path, registry, client, address.Destination).RunAsync());

    public static Task<ListenerSocket> OpenTunnelsAsync(DataPath path, ConnectionRegistry registry, IPEndPoint address) =>
        ListenerSocket.OpenAsync(
            registry.Loop, address, path.Inbound.ListenerOptions, client => new InboundTunnel(path, registry, client).RunAsync());
}
