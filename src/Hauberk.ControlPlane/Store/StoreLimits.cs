namespace Hauberk.ControlPlane.Store;

public sealed record StoreLimits
{
    public static StoreLimits Default { get; } = new();

    public int MaxResourceBytes { get; init; } = 1024 * 1024;

    public int MaxResources { get; init; } = 200_000;

    public long MaxTotalBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>How far back a watch can start.</summary>
    public int MaxEvents { get; init; } = 16_384;

    public long MaxEventBytes { get; init; } = 64L * 1024 * 1024;
}
