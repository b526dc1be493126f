using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hauberk.Lab;

namespace Hauberk.EndToEnd.Tests.LongLife;

/// <summary>Sockets of a host, made there and used from here: they cost no process of their own.</summary>
internal sealed partial class HostSockets : IDisposable
{
    private const int NetworkFlag = 0x40000000;
    private readonly List<Socket> sockets = [];

    /// <exception cref="LabException">The host's namespace cannot be entered, or there are no more descriptors.</exception>
    public HostSockets(Host host, int count)
    {
        Exception? problem = null;
        // A namespace belongs to a thread: one that is used for nothing else.
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{host.Namespace}");
                if (SetNamespace((int)handle.DangerousGetHandle(), NetworkFlag) != 0)
                    throw new IOException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
                for (var i = 0; i < count; i++)
                    sockets.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                problem = e;
            }
        });
        thread.Start();
        thread.Join();
        if (problem is null) return;
        Dispose();
        throw new LabException($"no sockets on {host.Name}: {problem.Message}");
    }

    public IReadOnlyList<Socket> All => sockets;

    public void Dispose() => sockets.ForEach(static socket => socket.Dispose());

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNamespace(int descriptor, int kind);
}
