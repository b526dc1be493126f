namespace Hauberk.Sidecar.Benchmarks;

/// <summary>The names of what is measured, as budgets, rows and the command line have them.</summary>
internal static class Works
{
    public const string IdleSidecar = "idle-sidecar";
    public const string Idle1000 = "idle-1000";
    public const string Idle5000 = "idle-5000";
    public const string KeepAlive = "keep-alive";
    public const string KeepAliveTwoLoops = "keep-alive-2-loops";
    public const string NewConnection = "new-connection";
    public const string Bulk1 = "bulk-1";
    public const string Bulk8 = "bulk-8";
    public const string FixedRate = "fixed-1000-per-second";
    public const string BesideStalledAndBulk = "beside-stalled-and-bulk";
    public const string StartToFirstByte = "start-to-first-byte";

    /// <summary>In the order they are measured.</summary>
    public static IReadOnlyList<string> All { get; } =
        [IdleSidecar, Idle1000, Idle5000, KeepAlive, NewConnection, Bulk1, Bulk8, FixedRate, BesideStalledAndBulk, StartToFirstByte, KeepAliveTwoLoops];

    public static IReadOnlyList<string> Quick { get; } = [IdleSidecar, KeepAlive, NewConnection, Bulk1, Bulk8];

    /// <summary>
    /// Works of one name here share their proxies. Others have proxies of their own: memory that an earlier work has touched would not count as added, and
    /// what many connections leave behind would slow others.
    /// </summary>
    public static string ProxiesOf(string work) => work is Idle1000 or Idle5000 or KeepAliveTwoLoops ? work : "";
}
