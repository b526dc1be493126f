namespace Hauberk.Api.ConfigApi;

/// <summary>Bounds on what a server can make its client wait for or hold.</summary>
public sealed record ApiLimits
{
    public static ApiLimits Default { get; } = new();

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For one whole call, connecting included; a watch has none once it is answered.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public int MaxResponseBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>One event of a watch.</summary>
    public int MaxEventBytes { get; init; } = 8 * 1024 * 1024;

    public int MaxJsonDepth { get; init; } = 128;

    /// <summary>Warnings that are kept of one answer; each is cut at 1,024 characters.</summary>
    public int MaxWarnings { get; init; } = 32;
}
