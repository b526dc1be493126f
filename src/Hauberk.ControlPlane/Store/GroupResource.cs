namespace Hauberk.ControlPlane.Store;

/// <summary>All resources of one kind.</summary>
public readonly record struct GroupResource(string Group, string Plural)
{
    public ResourceKey Key(string @namespace, string name) => new(Group, Plural, @namespace, name);
}
