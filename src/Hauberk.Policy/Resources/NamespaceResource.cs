namespace Hauberk.Policy.Resources;

public sealed record NamespaceResource : Resource;
