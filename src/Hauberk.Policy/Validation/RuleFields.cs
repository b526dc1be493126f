using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation;

/// <summary>The lists of a source or operation by the names they are written with.</summary>
internal static class RuleFields
{
    /// <summary>The field that a list belongs to: "principals" for "notPrincipals" too.</summary>
    public static string KeyOf(string name) => IsNegated(name) ? char.ToLowerInvariant(name[3]) + name[4..] : name;

    public static bool IsNegated(string name) => name.StartsWith("not", StringComparison.Ordinal);

    public static ImmutableArray<(string Name, ImmutableArray<string> Values)> Of(AuthorizationSource source) =>
    [
        ("principals", source.Principals), ("notPrincipals", source.NotPrincipals),
        ("requestPrincipals", source.RequestPrincipals), ("notRequestPrincipals", source.NotRequestPrincipals),
        ("namespaces", source.Namespaces), ("notNamespaces", source.NotNamespaces),
        ("serviceAccounts", source.ServiceAccounts), ("notServiceAccounts", source.NotServiceAccounts),
        ("trustDomains", source.TrustDomains), ("notTrustDomains", source.NotTrustDomains),
        ("ipBlocks", source.IpBlocks), ("notIpBlocks", source.NotIpBlocks),
        ("remoteIpBlocks", source.RemoteIpBlocks), ("notRemoteIpBlocks", source.NotRemoteIpBlocks),
    ];

    public static ImmutableArray<(string Name, ImmutableArray<string> Values)> Of(AuthorizationOperation operation) =>
    [
        ("hosts", operation.Hosts), ("notHosts", operation.NotHosts),
        ("ports", operation.Ports), ("notPorts", operation.NotPorts),
        ("methods", operation.Methods), ("notMethods", operation.NotMethods),
        ("paths", operation.Paths), ("notPaths", operation.NotPaths),
    ];
}
