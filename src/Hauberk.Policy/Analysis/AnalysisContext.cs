using System.Collections.Immutable;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis;

/// <summary>What checks look at and report to.</summary>
internal sealed class AnalysisContext
{
    private readonly ProblemCollector problems;
    private readonly HashSet<(string Code, Resource Resource, string Path)> reported = [];
    private readonly SelectionIndex index;
    private readonly Lazy<DestinationView> destinations;
    private readonly Dictionary<KnownWorkload, ResourceSet> sets = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<KnownWorkload, DeclaredPorts> ports = new(ReferenceEqualityComparer.Instance);

    public AnalysisContext(ResourceSet set, ProblemCollector problems)
    {
        this.problems = problems;
        Set = set;
        index = new SelectionIndex(set);
        destinations = new(() => new DestinationView(this));
        Workloads = WorkloadCensus.Take(set);
    }

    public ResourceSet Set { get; }

    public MeshConfigResource Mesh => Set.Mesh;

    public ImmutableArray<KnownWorkload> Workloads { get; }

    public DestinationView Destinations => destinations.Value;

    /// <summary>Once for a place, however many workloads show the same.</summary>
    public void Warn(string code, Resource resource, string path, string message)
    {
        if (reported.Add((code, resource, path)))
            problems.Warn(code, FieldLocator.Find(resource.Document, path), path, $"{resource.Kind} {resource.QualifiedName}: {message}");
    }

    /// <summary>What can say anything about a workload.</summary>
    public ResourceSet SetFor(KnownWorkload known)
    {
        if (!sets.TryGetValue(known, out var part))
            sets[known] = part = Set.With(index.CandidatesFor(known.Workload, Mesh.RootNamespace));
        return part;
    }

    public DeclaredPorts PortsOf(KnownWorkload known)
    {
        if (!ports.TryGetValue(known, out var declared))
            ports[known] = declared = DeclaredPorts.Of(SetFor(known), known.Workload);
        return declared;
    }

    public ServerModeResolution ModesOf(KnownWorkload known) => ServerModeResolution.Resolve(SetFor(known), known.Workload);

    /// <summary>The AuthorizationPolicies that select a workload and are enforced.</summary>
    public IEnumerable<AuthorizationPolicyResource> PoliciesOf(KnownWorkload known) => SetFor(known)
        .OfKind<AuthorizationPolicyResource>()
        .Where(p => !p.IsDryRun && WorkloadSelection.WhyNotSelected(p, Mesh.RootNamespace, known.Workload) is null);
}
