using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>
/// The DestinationRule that a client uses for a host (specification 2.3): the client's namespace before the service's before the root; in a
/// namespace the most specific host; rules of one host merged, the oldest first. Immutable, made for one client.
/// </summary>
public sealed class DestinationRuleLookup
{
    private readonly ImmutableArray<MergedDestinationRule> rules;
    private readonly string clientNamespace;
    private readonly string rootNamespace;

    public DestinationRuleLookup(ResourceSet set, Workload client)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(client);
        (clientNamespace, rootNamespace) = (client.Namespace, set.Mesh.RootNamespace);
        rules = [.. set.OfKind<DestinationRuleResource>()
            .Where(rule => AppliesTo(rule, client))
            .GroupBy(rule => (rule.Metadata.Namespace, Host: ServiceHost.Qualify(rule.Host, rule.Metadata.Namespace, set.Mesh).ToLowerInvariant()))
            .Select(group => MergedDestinationRule.Merge(group.Key.Namespace, group.Key.Host, MostPersonal(group)))];
    }

    /// <summary>Whether a rule may speak to a client at all: exported to it, and its workloadSelector, which only counts at home, matches.</summary>
    public static bool AppliesTo(DestinationRuleResource rule, Workload client)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(client);
        if (!Visibility.Allows(rule.ExportTo, rule.Metadata.Namespace, client.Namespace)) return false;
        return rule.WorkloadSelector is not { IsEmpty: false } selector
            || (rule.Metadata.Namespace == client.Namespace && selector.Matches(client.Labels));
    }

    /// <param name="host">Fully qualified.</param>
    public MergedDestinationRule? Find(string host, string serviceNamespace)
    {
        ArgumentNullException.ThrowIfNull(host);
        return MostSpecific(clientNamespace, host) ?? MostSpecific(serviceNamespace, host) ?? MostSpecific(rootNamespace, host);
    }

    private MergedDestinationRule? MostSpecific(string @namespace, string host)
    {
        MergedDestinationRule? best = null;
        foreach (var rule in rules)
            if (rule.Namespace == @namespace && ServiceHost.Covers(rule.Host, host) && Specificity(rule.Host) > Specificity(best?.Host))
                best = rule;
        return best;
    }

    private static int Specificity(string? host) => host is null ? -1 : ServiceHost.IsWildcard(host) ? host.Length : int.MaxValue;

    // A rule for chosen workloads stands instead of those for all, not beside them.
    private static IEnumerable<DestinationRuleResource> MostPersonal(IEnumerable<DestinationRuleResource> rules)
    {
        var chosen = rules.Where(r => r.WorkloadSelector is { IsEmpty: false }).ToList();
        return chosen.Count > 0 ? chosen : rules;
    }
}
