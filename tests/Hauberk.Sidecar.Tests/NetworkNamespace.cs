using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hauberk.Sidecar.Supervision;

namespace Hauberk.Sidecar.Tests;

/// <summary>A network namespace that exists for one test. Its sockets are made in it and used from anywhere.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const int NetworkFlag = 0x40000000;
    private const int KillSignal = 9;
    private static int last;

    public NetworkNamespace()
    {
        Name = $"hbk-{Environment.ProcessId}-{Interlocked.Increment(ref last)}";
        Run("ip", "netns", "add", Name);
        Run("ip", "-n", Name, "link", "set", "lo", "up");
    }

    public string Name { get; }

    /// <summary>A cable between two namespaces, each with one address of 10.77.0.0/24 and of fd77::/64.</summary>
    public static void Connect(NetworkNamespace first, int firstHost, NetworkNamespace second, int secondHost)
    {
        Run("ip", "link", "add", "eth0", "netns", first.Name, "type", "veth", "peer", "name", "eth0", "netns", second.Name);
        foreach (var (space, host) in new[] { (first, firstHost), (second, secondHost) })
        {
            Run("ip", "-n", space.Name, "addr", "add", $"10.77.0.{host}/24", "dev", "eth0");
            Run("ip", "-n", space.Name, "addr", "add", $"fd77::{host}/64", "dev", "eth0", "nodad");
            Run("ip", "-n", space.Name, "link", "set", "eth0", "up");
        }
    }

    /// <summary>Runs a program in the namespace; fails the test unless it exits with 0.</summary>
    public string Execute(params string[] command) => Run("ip", ["netns", "exec", Name, .. command]);

    public Process Start(string program, IEnumerable<string> arguments, Action<ProcessStartInfo>? change = null)
    {
        var start = new ProcessStartInfo("ip", ["netns", "exec", Name, program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        change?.Invoke(start);
        return Process.Start(start)!;
    }

    public Socket Listen(IPEndPoint address)
    {
        var socket = Socket(address.AddressFamily);
        socket.Bind(address);
        socket.Listen();
        return socket;
    }

    public Socket Socket(AddressFamily family = AddressFamily.InterNetwork, SocketType type = SocketType.Stream)
    {
        Socket? socket = null;
        Exception? problem = null;
        // A namespace belongs to a thread: one that is used for nothing else.
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{Name}");
                if (SetNamespace((int)handle.DangerousGetHandle(), NetworkFlag) != 0)
                    throw new IOException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
                socket = new Socket(family, type, ProtocolType.Tcp);
            }
            catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
            {
                problem = e;
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new IOException("no socket in the namespace", problem);
    }

    /// <summary>Ends what still runs in it, too: the orphans of a program that was killed, whatever the test came to.</summary>
    public void Dispose()
    {
        foreach (var id in Run("ip", "netns", "pids", Name).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            _ = LibC.Kill(int.Parse(id, CultureInfo.InvariantCulture), KillSignal);
        Run("ip", "netns", "del", Name);
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors.Result}{output}");
        return output;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNamespace(int descriptor, int kind);
}
