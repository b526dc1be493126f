using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Slicing;

/// <summary>
/// What a reader must know to enforce a resource, by name. A reader that meets a name not in <see cref="Known"/> denies what the resource
/// governs. Add a name with every new way in which a resource can decide; never give a name a new meaning.
/// </summary>
public static class Features
{
    private static readonly ImmutableArray<string> Kinds =
    [
        "Namespace", "Service", "ServiceEntry", "WorkloadEntry", "WorkloadGroup", "DestinationRule", "PeerAuthentication",
        "AuthorizationPolicy", "RequestAuthentication", "MeshConfig",
    ];

    /// <summary>Every feature that this code enforces.</summary>
    public static ImmutableHashSet<string> Known { get; } =
    [
        .. Kinds.Select(kind => $"kind/{kind}"),
        "PeerAuthentication/portLevelMtls",
        "AuthorizationPolicy/DENY", "AuthorizationPolicy/AUDIT", "AuthorizationPolicy/CUSTOM", "AuthorizationPolicy/dry-run",
        "AuthorizationPolicy/serviceAccounts", "AuthorizationPolicy/trustDomains", "AuthorizationPolicy/remoteIpBlocks",
        "AuthorizationPolicy/requestPrincipals", "AuthorizationPolicy/path-template",
        .. ConditionFamilies.Select(family => $"AuthorizationPolicy/when/{family}"),
        "DestinationRule/subsets", "DestinationRule/portLevelSettings", "DestinationRule/workloadSelector", "DestinationRule/exportTo",
        "MeshConfig/defaultAuthorization",
    ];

    private static ImmutableArray<string> ConditionFamilies =>
    [
        "request.headers", "request.auth.claims", "request.auth.principal", "request.auth.audiences", "request.auth.presenter",
        "source.ip", "remote.ip", "source.namespace", "source.principal", "source.serviceAccount", "source.trustDomain",
        "destination.ip", "destination.port", "connection.sni",
    ];

    public static ImmutableSortedSet<string> RequiredBy(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        IEnumerable<string> own = resource switch
        {
            PeerAuthenticationResource { PortLevelModes: not null } => ["portLevelMtls"],
            AuthorizationPolicyResource policy => OfPolicy(policy),
            DestinationRuleResource rule => OfDestinationRule(rule),
            MeshConfigResource { DeniesByDefault: true } => ["defaultAuthorization"],
            _ => [],
        };
        return [.. own.Select(name => $"{resource.Kind}/{name}").Prepend($"kind/{resource.Kind}")];
    }

    private static IEnumerable<string> OfPolicy(AuthorizationPolicyResource policy)
    {
        if (policy.Action != AuthorizationAction.Allow) yield return policy.Action.ToString().ToUpperInvariant();
        if (policy.IsDryRun) yield return "dry-run";
        foreach (var source in policy.Rules.SelectMany(r => r.From))
        {
            if (!source.ServiceAccounts.IsEmpty || !source.NotServiceAccounts.IsEmpty) yield return "serviceAccounts";
            if (!source.TrustDomains.IsEmpty || !source.NotTrustDomains.IsEmpty) yield return "trustDomains";
            if (!source.RemoteIpBlocks.IsEmpty || !source.NotRemoteIpBlocks.IsEmpty) yield return "remoteIpBlocks";
            if (!source.RequestPrincipals.IsEmpty || !source.NotRequestPrincipals.IsEmpty) yield return "requestPrincipals";
        }
        foreach (var path in policy.Rules.SelectMany(r => r.To).SelectMany(o => o.Paths.Concat(o.NotPaths)))
            if (Decision.Authorization.PathTemplate.IsTemplate(path)) yield return "path-template";
        foreach (var condition in policy.Rules.SelectMany(r => r.When))
            yield return "when/" + condition.Key.Split('[', 2)[0];
    }

    private static IEnumerable<string> OfDestinationRule(DestinationRuleResource rule)
    {
        if (!rule.Subsets.IsEmpty) yield return "subsets";
        if (rule.TrafficPolicy is { PortLevelSettings.IsEmpty: false }
            || rule.Subsets.Any(s => s.TrafficPolicy is { PortLevelSettings.IsEmpty: false })) yield return "portLevelSettings";
        if (rule.WorkloadSelector is { IsEmpty: false }) yield return "workloadSelector";
        if (!rule.ExportTo.IsEmpty) yield return "exportTo";
    }
}
