namespace Hauberk.Net.Relay;

public sealed record RelayOptions
{
    public static RelayOptions Default { get; } = new();

    /// <summary>Cut after this long without a byte in either direction; 0 for never.</summary>
    public int IdleTimeoutMs { get; init; }
}
