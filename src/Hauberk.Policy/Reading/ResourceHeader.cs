using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading;

/// <summary>What every resource has before its spec.</summary>
internal sealed record ResourceHeader(string ApiVersion, string Kind, ResourceMetadata Metadata, MappingNode Document);
