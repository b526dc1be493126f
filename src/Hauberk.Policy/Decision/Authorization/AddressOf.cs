namespace Hauberk.Policy.Decision.Authorization;

/// <summary>Whose address a field speaks of.</summary>
internal enum AddressOf
{
    Source,

    /// <summary>The original client behind trusted proxies.</summary>
    Remote,
    Destination,
}
