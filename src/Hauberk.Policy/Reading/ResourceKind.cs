using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading;

/// <summary>One kind of the configuration language.</summary>
public sealed record ResourceKind
{
    internal ResourceKind(Func<ResourceHeader, MappingReader, Resource> read) => Read = read;

    /// <summary>"PeerAuthentication".</summary>
    public required string Name { get; init; }

    /// <summary>"security.istio.io"; empty for core Kubernetes kinds.</summary>
    public required string Group { get; init; }

    /// <summary>The preferred one first; all of them have the same fields.</summary>
    public required ImmutableArray<string> Versions { get; init; }

    /// <summary>"peerauthentications".</summary>
    public required string Plural { get; init; }

    /// <summary>"peerauthentication".</summary>
    public string Singular => Name.ToLowerInvariant();

    /// <summary>What people type instead: "pa".</summary>
    public ImmutableArray<string> ShortNames { get; init; } = [];

    /// <summary>False: one name in the whole mesh.</summary>
    public bool IsNamespaced { get; init; } = true;

    /// <summary>False for kinds that live in files only (PolicyTest): no store holds them.</summary>
    public bool IsStored { get; init; } = true;

    /// <summary>"security.istio.io/v1", or "v1" for core kinds.</summary>
    public string ApiVersion(string version) => Group.Length == 0 ? version : $"{Group}/{version}";

    /// <summary>Refused where every field decides who gets in: "specs" or "acton" must not become a laxer policy.</summary>
    internal UnknownFields UnknownFields { get; init; } = UnknownFields.Warned;

    internal Func<ResourceHeader, MappingReader, Resource> Read { get; }
}
