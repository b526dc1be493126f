using System.Net.Sockets;

namespace Hauberk.Sidecar.Supervision;

/// <summary>
/// Tells whoever started this process how it is, by the protocol of systemd's sd_notify: datagrams to the socket that NOTIFY_SOCKET names.
/// The supervisor of <c>run -- COMMAND</c> and a systemd unit of Type=notify listen to the same words.
/// </summary>
internal sealed class ServiceNotifier : IDisposable
{
    public const string Variable = "NOTIFY_SOCKET";
    public const string Ready = "READY=1";
    public const string Stopping = "STOPPING=1";

    private readonly Socket? socket;

    private ServiceNotifier(Socket? socket) => this.socket = socket;

    /// <summary>Connects now, because later this process may not be allowed to. Tells nobody where nobody asked.</summary>
    public static ServiceNotifier Connect()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 1 } path || path[0] is not ('/' or '@'))
            return new ServiceNotifier(null);
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
            return new ServiceNotifier(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return new ServiceNotifier(null);
        }
    }

    public void Tell(string state)
    {
        try
        {
            socket?.Send(System.Text.Encoding.ASCII.GetBytes(state));
        }
        catch (SocketException)
        {
            // Nobody listens any more. Whoever started this process sees how it fares by its exit.
        }
    }

    public void Dispose() => socket?.Dispose();
}
