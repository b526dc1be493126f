using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Hauberk.Identity;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>
/// Finds the rules that can match without trying the others. Each rule is filed once, under the kind of key that fewest other rules share;
/// a rule that no key fits is always tried. The index only leaves out rules that cannot match.
/// </summary>
internal sealed class RuleIndex
{
    private static readonly IndexKind[] Kinds = Enum.GetValues<IndexKind>().Where(k => k != IndexKind.None).ToArray();

    private readonly ImmutableArray<CompiledRule> rules;
    private readonly int[] unfiled;
    private readonly KeyFile? principals;
    private readonly KeyFile? accounts;
    private readonly KeyFile? namespaces;
    private readonly KeyFile? hosts;
    private readonly KeyFile? paths;
    private readonly FrozenDictionary<int, int[]>? ports;

    public RuleIndex(ImmutableArray<CompiledRule> rules)
    {
        this.rules = rules;
        var filed = File(rules);
        unfiled = [.. Enumerable.Range(0, rules.Length).Where(r => filed[r].Kind == IndexKind.None)];
        principals = KeyFile.Of(filed, IndexKind.Principal);
        accounts = KeyFile.Of(filed, IndexKind.ServiceAccount);
        namespaces = KeyFile.Of(filed, IndexKind.Namespace);
        hosts = KeyFile.Of(filed, IndexKind.Host);
        paths = KeyFile.Of(filed, IndexKind.Path);
        ports = KeyFile.Group(filed, IndexKind.Port) is { Count: > 0 } byPort
            ? byPort.ToFrozenDictionary(p => int.Parse(p.Key, CultureInfo.InvariantCulture), p => p.Value)
            : null;
    }

    /// <summary>The lowest position of a matching rule; -1: none.</summary>
    public int FirstMatch(in RequestFacts facts)
    {
        var best = int.MaxValue;
        Try(unfiled, facts, ref best);
        if (ports is not null && ports.TryGetValue(facts.Connection.Port, out var byPort)) Try(byPort, facts, ref best);
        if (facts.Connection.Peer is { } peer) TryByPeer(peer, facts, ref best);
        if (hosts is not null) Try(hosts.Find(facts.Host), facts, ref best);
        if (paths is not null) TryByPath(facts, ref best);
        return best == int.MaxValue ? -1 : best;
    }

    private void TryByPeer(SpiffeId peer, in RequestFacts facts, ref int best)
    {
        if (principals is not null) Try(principals.Find(PrincipalMatcher.WithoutScheme(peer)), facts, ref best);
        var isPlain = IsPlain(peer);
        if (accounts is not null) Try(isPlain ? accounts.Find(peer.Path) : accounts.All, facts, ref best);
        if (namespaces is not null) Try(isPlain ? namespaces.Find(peer.Namespace) : namespaces.All, facts, ref best);
    }

    private void TryByPath(in RequestFacts facts, ref int best)
    {
        Try(paths!.Find(facts.Path), facts, ref best);
        for (var length = 1; length <= facts.Path.Length; length++)
            if (facts.Path[length - 1] == '/') Try(paths.Find(facts.Path[..length]), facts, ref best);
    }

    private void Try(int[]? candidates, in RequestFacts facts, ref int best)
    {
        if (candidates is null) return;
        var trace = default(NoTrace);
        foreach (var candidate in candidates)
        {
            if (candidate >= best) return;
            if (!rules[candidate].Matches(facts, ref trace)) continue;
            best = candidate;
            return;
        }
    }

    // In any other identity "/ns/X/" may stand in several places, so that keys do not tell.
    private static bool IsPlain(SpiffeId peer) => peer.Namespace is { } ns && ns != "ns" && peer.TrustDomain.Name != "ns";

    private static Filing[] File(ImmutableArray<CompiledRule> rules)
    {
        var options = rules.Select(r => Kinds.Select(k => new Filing(k, KeysOf(r, k))).Where(f => !f.Keys.IsEmpty).ToList()).ToList();
        var crowd = options.SelectMany(o => o).SelectMany(f => f.Keys.Select(key => (f.Kind, key)))
            .CountBy(k => k).ToDictionary();
        return [.. options.Select(o => o.Count == 0
            ? new Filing(IndexKind.None, [])
            : o.MinBy(f => f.Keys.Max(key => crowd[(f.Kind, key)])))];
    }

    // Empty where the rule can match without any key of this kind.
    private static ImmutableHashSet<string> KeysOf(CompiledRule rule, IndexKind kind)
    {
        var when = rule.When.Fields.Where(f => Fits(f, kind)).Select(f => f.IndexKeys.ToImmutableHashSet()).MinBy(k => k.Count);
        return when ?? KeysOf(rule.From, kind) ?? KeysOf(rule.To, kind) ?? [];
    }

    private static ImmutableHashSet<string>? KeysOf(ImmutableArray<FieldGroup> groups, IndexKind kind) =>
        !groups.IsEmpty && groups.All(g => g.Fields.Any(f => Fits(f, kind)))
            ? [.. groups.SelectMany(g => g.Fields.First(f => Fits(f, kind)).IndexKeys)]
            : null;

    private static bool Fits(FieldMatcher field, IndexKind kind) => field.IndexKind == kind && !field.Description.IsNegated;
}
