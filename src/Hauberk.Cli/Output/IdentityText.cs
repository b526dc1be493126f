namespace Hauberk.Cli.Output;

/// <summary>SPIFFE IDs for tables.</summary>
internal static class IdentityText
{
    /// <summary>Of the mesh's own trust domain: the path without its first slash ("ns/shop/sa/orders"); of another: the whole ID.</summary>
    public static string Short(string identity, string trustDomain)
    {
        var own = $"spiffe://{trustDomain}/";
        return identity.StartsWith(own, StringComparison.Ordinal) ? identity[own.Length..] : identity;
    }
}
