using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>The rules of one namespace for one host as one: the first top-level policy wins, subsets add up, the first of a name wins.</summary>
/// <param name="Name">"namespace/name" of the rule that gave the top-level policy, or the first.</param>
public sealed record MergedDestinationRule(
    string Namespace, string Host, string Name, TrafficPolicy? TrafficPolicy, ImmutableDictionary<string, (string Rule, TrafficPolicy? Policy)> Subsets)
{
    internal static MergedDestinationRule Merge(string @namespace, string host, IEnumerable<DestinationRuleResource> rules)
    {
        var ordered = rules.OrderBy(r => r, OldestFirst.Instance).ToList();
        var subsets = ImmutableDictionary.CreateBuilder<string, (string, TrafficPolicy?)>(StringComparer.Ordinal);
        foreach (var rule in ordered)
            foreach (var subset in rule.Subsets)
                subsets.TryAdd(subset.Name, (rule.QualifiedName, subset.TrafficPolicy));
        var top = ordered.FirstOrDefault(r => r.TrafficPolicy is not null) ?? ordered[0];
        return new(@namespace, host, top.QualifiedName, top.TrafficPolicy, subsets.ToImmutable());
    }

    /// <summary>The TLS settings that hold for a service port and subset, with the rule that gave them; null where none are given.</summary>
    public (ClientTlsSettings Settings, string Rule)? TlsFor(int? servicePort, string? subset)
    {
        if (subset is not null && Subsets.TryGetValue(subset, out var own) && TlsOf(own.Policy, servicePort) is { } subsetTls)
            return (subsetTls, own.Rule);
        return TlsOf(TrafficPolicy, servicePort) is { } tls ? (tls, Name) : null;
    }

    // Port-level settings replace the level they stand in as a whole: one without tls takes the tls of its level away.
    private static ClientTlsSettings? TlsOf(TrafficPolicy? policy, int? servicePort) =>
        policy is not null && servicePort is { } port && policy.PortLevelSettings.TryGetValue(port, out var own) ? own.Tls : policy?.Tls;
}
