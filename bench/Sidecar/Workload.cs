namespace Hauberk.Sidecar.Benchmarks;

/// <summary>Load by wrk, and the unit of work that CPU time is divided by.</summary>
/// <param name="CpuMetric">"cpuUsPerRequest" and so on: the unit comes first.</param>
/// <param name="CpuPerUnit">The time of both proxies over the work done.</param>
/// <param name="Peers">Measured beside Hauberk.</param>
internal sealed record Workload(string Name, string Path, int Connections, bool IsNewConnectionEach, string CpuMetric,
    Func<TimeSpan, WrkResult, double> CpuPerUnit, params string[] Peers)
{
    private const string BulkPath = "/bulk";

    public static Workload KeepAlive { get; } = new(Works.KeepAlive, "/", 64, false, "cpuUsPerRequest",
        (cpu, result) => cpu.TotalMicroseconds / result.Requests,
        ProxyPair.HaproxyMutualTls, ProxyPair.HaproxyPlaintext, ProxyPair.NginxMutualTls,
        ProxyPair.Direct(ProxyPair.HaproxyMutualTls), ProxyPair.Direct(ProxyPair.HaproxyPlaintext));

    public static Workload KeepAliveTwoLoops { get; } = KeepAlive with { Name = Works.KeepAliveTwoLoops };

    public static Workload NewConnection { get; } = new(Works.NewConnection, "/", 32, true, "cpuUsPerConnection",
        (cpu, result) => cpu.TotalMicroseconds / result.Requests,
        ProxyPair.HaproxyFullHandshake, ProxyPair.HaproxyMutualTls, ProxyPair.HaproxyPlaintext, ProxyPair.NginxMutualTls,
        ProxyPair.Direct(ProxyPair.HaproxyFullHandshake), ProxyPair.Direct(ProxyPair.HaproxyPlaintext), ProxyPair.Direct(ProxyPair.NginxMutualTls));

    public static Workload Bulk1 { get; } = Bulk(Works.Bulk1, 1);

    public static Workload Bulk8 { get; } = Bulk(Works.Bulk8, 8);

    public bool IsBulk => Path == BulkPath;

    /// <summary>Making the connections is not part of the work.</summary>
    public bool IsOnStandingConnections => !IsNewConnectionEach && !IsBulk;

    private static Workload Bulk(string name, int connections) => new(name, BulkPath, connections, false, "cpuNsPerByte",
        (cpu, result) => cpu.TotalNanoseconds / result.Bytes,
        ProxyPair.HaproxyMutualTls, ProxyPair.NginxMutualTls, ProxyPair.HaproxyPlaintext);
}
