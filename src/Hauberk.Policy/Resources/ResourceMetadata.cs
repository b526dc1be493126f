using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

public sealed record ResourceMetadata
{
    public required string Name { get; init; }

    /// <summary>Empty for cluster-scoped kinds; "default" where the document named none.</summary>
    public string Namespace { get; init; } = "";

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Null in files; among resources, null counts as equally old.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    public string Uid { get; init; } = "";

    /// <summary>Opaque; set by the store.</summary>
    public string ResourceVersion { get; init; } = "";
}
