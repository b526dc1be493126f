namespace Hauberk.Policy.Reading;

/// <summary>Bounds of one read: what is larger is refused with a problem, before it costs memory or time.</summary>
public sealed record ReadLimits
{
    public static ReadLimits Default { get; } = new();

    /// <summary>Size of a file or request body; checked before anything is decoded.</summary>
    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Mappings and sequences inside each other.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Scalars, mappings and sequences of all documents together.</summary>
    public int MaxNodes { get; init; } = 500_000;

    /// <summary>Problems reported of each severity; the rest are counted.</summary>
    public int MaxProblems { get; init; } = 100;
}
