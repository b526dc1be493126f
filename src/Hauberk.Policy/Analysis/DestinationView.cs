using System.Collections.Immutable;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Analysis;

/// <summary>Every service host with those who may call it under different DestinationRules.</summary>
internal sealed class DestinationView
{
    private readonly AnalysisContext context;
    private readonly Dictionary<(string Namespace, string Labels), CompiledClientPolicy> clients = [];

    public DestinationView(AnalysisContext context)
    {
        this.context = context;
        var resolution = new EndpointResolution(context.Set);
        Destinations =
        [
            .. context.Set.All.Where(r => r is ServiceResource or ServiceEntryResource).OrderBy(r => r, OldestFirst.Instance)
                .SelectMany(r => resolution.Resolve(r).Select(d => (Destination: WithImplied(d, r), By: r)))
                .DistinctBy(d => d.Destination.Host, StringComparer.OrdinalIgnoreCase),
        ];
    }

    public ImmutableArray<(ResolvedDestination Destination, Resource By)> Destinations { get; }

    /// <summary>Rules that may decide for the host, whoever calls.</summary>
    public IEnumerable<DestinationRuleResource> RulesFor(ResolvedDestination destination) => context.Set.OfKind<DestinationRuleResource>()
        .Where(r => ServiceHost.Covers(ServiceHost.Qualify(r.Host, r.Metadata.Namespace, context.Mesh), destination.Host));

    /// <summary>One client for each rule that a client may be given, and one that has none of its own.</summary>
    public IEnumerable<CompiledClientPolicy> ClientsOf(ResolvedDestination destination)
    {
        yield return ClientOf(destination.Namespace, ImmutableDictionary<string, string>.Empty);
        foreach (var rule in RulesFor(destination).Where(r => r.Metadata.Namespace != context.Mesh.RootNamespace))
            yield return ClientOf(rule.Metadata.Namespace, rule.WorkloadSelector?.MatchLabels ?? ImmutableDictionary<string, string>.Empty);
    }

    private CompiledClientPolicy ClientOf(string @namespace, ImmutableDictionary<string, string> labels)
    {
        var key = (@namespace, string.Join(',', labels.OrderBy(l => l.Key, StringComparer.Ordinal)));
        if (!clients.TryGetValue(key, out var policy))
            clients[key] = policy = CompiledClientPolicy.Compile(context.Set, new() { Namespace = @namespace, Labels = labels });
        return policy;
    }

    // A Service whose workloads are not listed still tells their labels, and so their mode.
    private ResolvedDestination WithImplied(ResolvedDestination destination, Resource by)
    {
        if (destination.Endpoints.Length > 0) return destination;
        var implied = context.Workloads.FirstOrDefault(w => w.IsImplied && ReferenceEquals(w.ToldBy, by));
        if (implied is null || by is not ServiceResource service) return destination;
        var noNames = ImmutableDictionary<string, int>.Empty;
        return destination with
        {
            Endpoints =
            [
                new()
                {
                    Workload = implied.Workload,
                    Address = "",
                    HasSidecar = true,
                    WorkloadPorts = service.Ports.Where(p => TargetPort.Of(p, noNames) is not null).DistinctBy(p => p.Number)
                        .ToImmutableSortedDictionary(p => p.Number, p => TargetPort.Of(p, noNames)!.Value),
                    Modes = context.ModesOf(implied),
                },
            ],
        };
    }
}
