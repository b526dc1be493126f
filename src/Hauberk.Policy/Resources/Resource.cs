using Hauberk.Policy.Reading;

namespace Hauberk.Policy.Resources;

/// <summary>One object of the configuration language as its operator wrote it: typed fields, and the tree they were read from.</summary>
public abstract record Resource
{
    public required string ApiVersion { get; init; }

    public required string Kind { get; init; }

    public required ResourceMetadata Metadata { get; init; }

    /// <summary>The whole object with positions and the fields we do not know; what is stored and sent is written from it.</summary>
    public required MappingNode Document { get; init; }

    /// <summary>"namespace/name"; the name alone for cluster-scoped kinds.</summary>
    public string QualifiedName => Metadata.Namespace.Length == 0 ? Metadata.Name : $"{Metadata.Namespace}/{Metadata.Name}";
}
