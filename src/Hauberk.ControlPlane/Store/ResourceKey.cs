namespace Hauberk.ControlPlane.Store;

/// <summary>Where a resource lives, whatever version of its kind it is spoken in.</summary>
/// <param name="Group">"security.istio.io"; empty for core kinds.</param>
/// <param name="Plural">"peerauthentications".</param>
/// <param name="Namespace">Empty for cluster-scoped kinds.</param>
public readonly record struct ResourceKey(string Group, string Plural, string Namespace, string Name)
{
    public GroupResource GroupResource => new(Group, Plural);

    public override string ToString() =>
        $"{(Group.Length == 0 ? Plural : $"{Plural}.{Group}")}/{(Namespace.Length == 0 ? Name : $"{Namespace}/{Name}")}";
}
