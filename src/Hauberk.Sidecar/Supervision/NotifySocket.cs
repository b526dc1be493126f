using System.Net.Sockets;
using System.Text;

namespace Hauberk.Sidecar.Supervision;

/// <summary>The listening end of <see cref="ServiceNotifier"/>: a socket in a directory that only this user can enter.</summary>
internal sealed class NotifySocket : IDisposable
{
    private const int MaxMessageBytes = 4096;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("hauberk-");
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public NotifySocket()
    {
        Path = System.IO.Path.Combine(directory.FullName, "notify");
        socket.Bind(new UnixDomainSocketEndPoint(Path));
    }

    public string Path { get; }

    /// <summary>Completes when the process at the other end says that it is ready.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxMessageBytes];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken);
            if (Encoding.UTF8.GetString(buffer, 0, length).Split('\n').Contains(ServiceNotifier.Ready))
                return;
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        directory.Delete(recursive: true);
    }
}
