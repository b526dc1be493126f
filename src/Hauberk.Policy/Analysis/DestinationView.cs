using System.Collections.Immutable;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Analysis;

/// <summary>Every service host with those who may call it under different DestinationRules.</summary>
internal sealed class DestinationView
{
    private readonly AnalysisContext context;
    private readonly ILookup<string, DestinationRuleResource> rules;
    private readonly List<(string Host, DestinationRuleResource Rule)> wildcards;
    private readonly Dictionary<Resource, KnownWorkload> implied = new(ReferenceEqualityComparer.Instance);

    public DestinationView(AnalysisContext context)
    {
        this.context = context;
        foreach (var known in context.Workloads.Where(w => w.IsImplied)) implied[known.ToldBy] = known;
        var hosts = context.Set.OfKind<DestinationRuleResource>()
            .Select(r => (Host: ServiceHost.Qualify(r.Host, r.Metadata.Namespace, context.Mesh), Rule: r)).ToList();
        rules = hosts.ToLookup(h => h.Host, h => h.Rule, StringComparer.OrdinalIgnoreCase);
        wildcards = [.. hosts.Where(h => ServiceHost.IsWildcard(h.Host))];
        Destinations = [.. Resolve().DistinctBy(d => d.Destination.Host, StringComparer.OrdinalIgnoreCase)];
    }

    public ImmutableArray<(ResolvedDestination Destination, Resource By)> Destinations { get; }

    /// <summary>Rules that may decide for the host, whoever calls.</summary>
    public IEnumerable<DestinationRuleResource> RulesFor(ResolvedDestination destination) =>
        rules[destination.Host].Concat(wildcards.Where(w => ServiceHost.Covers(w.Host, destination.Host)).Select(w => w.Rule)).Distinct();

    /// <summary>One client for each rule that a client may be given, and one that has none of its own.</summary>
    public IEnumerable<CompiledClientPolicy> ClientsOf(ResolvedDestination destination)
    {
        var relevant = RulesFor(destination).ToList();
        var set = context.Set.With(relevant);
        yield return CompiledClientPolicy.Compile(set, new() { Namespace = destination.Namespace });
        foreach (var rule in relevant.Where(r => r.Metadata.Namespace != context.Mesh.RootNamespace))
            yield return CompiledClientPolicy.Compile(
                set, new() { Namespace = rule.Metadata.Namespace, Labels = rule.WorkloadSelector?.MatchLabels ?? ImmutableDictionary<string, string>.Empty });
    }

    /// <summary>True where the endpoint stands for workloads that are not listed: who they are is not known.</summary>
    public static bool IsImplied(ResolvedEndpoint endpoint) => endpoint.Address.Length == 0;

    private IEnumerable<(ResolvedDestination Destination, Resource By)> Resolve()
    {
        var sources = context.Set.All.Where(r => r is ServiceResource or ServiceEntryResource).OrderBy(r => r, OldestFirst.Instance);
        // Endpoints of a namespace depend on its own resources and the root's alone.
        var resolutions = context.Set.All.GroupBy(r => r.Metadata.Namespace).ToDictionary(
            g => g.Key, g => new EndpointResolution(context.Set.With(g.Where(IsLocal).Concat(RootPolicies(g.Key)))), StringComparer.Ordinal);
        return sources.SelectMany(r => resolutions[r.Metadata.Namespace].Resolve(r).Select(d => (WithImplied(d, r), r)));
    }

    private static bool IsLocal(Resource resource) => resource is PeerAuthenticationResource or WorkloadEntryResource;

    private IEnumerable<Resource> RootPolicies(string @namespace) => @namespace == context.Mesh.RootNamespace
        ? [] : context.Set.OfKind<PeerAuthenticationResource>().Where(p => p.Metadata.Namespace == context.Mesh.RootNamespace);

    // A Service whose workloads are not listed still tells their labels, and so their mode.
    private ResolvedDestination WithImplied(ResolvedDestination destination, Resource by)
    {
        if (destination.Endpoints.Length > 0) return destination;
        if (by is not ServiceResource service || !implied.TryGetValue(by, out var known)) return destination;
        var noNames = ImmutableDictionary<string, int>.Empty;
        return destination with
        {
            Endpoints =
            [
                new()
                {
                    Workload = known.Workload,
                    Address = "",
                    HasSidecar = true,
                    WorkloadPorts = service.Ports.Where(p => TargetPort.Of(p, noNames) is not null).DistinctBy(p => p.Number)
                        .ToImmutableSortedDictionary(p => p.Number, p => TargetPort.Of(p, noNames)!.Value),
                    Modes = context.ModesOf(known),
                },
            ],
        };
    }
}
