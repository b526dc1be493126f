using Hauberk.Lab;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>A proxy beside the caller and a proxy beside the application, whichever they are, and where the caller calls.</summary>
internal sealed class ProxyPair(string name, Host caller, Host server, string address, int port, params HostProcess[] processes)
{
    public const string Tunnel = "tunnel";
    public const string Plain = "plain";
    public const string HaproxyMutualTls = "haproxy-mtls";
    public const string HaproxyFullHandshake = "haproxy-mtls-full";
    public const string HaproxyPlaintext = "haproxy-plaintext";
    public const string NginxMutualTls = "nginx-mtls";

    /// <summary>The same peer in hosts that capture nothing, called at its own port.</summary>
    public static string Direct(string peer) => $"{peer}-direct";

    /// <summary>Two Hauberk sidecars, by the way between them.</summary>
    public static IReadOnlyList<string> Ours { get; } = [Tunnel, Plain];

    public string Name { get; } = name;

    /// <summary>Of the caller's proxy; null for the peers, which write none.</summary>
    public string? AccessLog { get; init; }

    public Host Caller { get; } = caller;

    public Host Server { get; } = server;

    public string Address { get; } = address;

    public int Port { get; } = port;

    /// <summary>The proxy beside the caller comes last.</summary>
    public HostProcess[] Processes { get; } = processes;

    /// <summary>Of both proxies, all their threads, user and kernel.</summary>
    public TimeSpan CpuTime => TimeSpan.FromTicks(Processes.Sum(p => ProcessCost.CpuTime(p.Pid).Ticks));

    /// <summary>Of both proxies.</summary>
    public long PssKib => Processes.Sum(p => ProcessCost.PssKib(p.Pid));
}
