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
    private readonly Dictionary<string, ResourceSet> byNamespace = new(StringComparer.Ordinal);
    private readonly Dictionary<KnownWorkload, DeclaredPorts> ports = new(ReferenceEqualityComparer.Instance);

    public AnalysisContext(ResourceSet set, ProblemCollector problems)
    {
        this.problems = problems;
        Set = set;
        Workloads = WorkloadCensus.Take(set);
    }

    public ResourceSet Set { get; }

    public MeshConfigResource Mesh => Set.Mesh;

    public ImmutableArray<KnownWorkload> Workloads { get; }

    /// <summary>Once for a place, however many workloads show the same.</summary>
    public void Warn(string code, Resource resource, string path, string message)
    {
        if (reported.Add((code, resource, path)))
            problems.Warn(code, FieldLocator.Find(resource.Document, path), path, $"{resource.Kind} {resource.QualifiedName}: {message}");
    }

    /// <summary>What can say anything about workloads of a namespace.</summary>
    public ResourceSet SetFor(string @namespace)
    {
        if (byNamespace.TryGetValue(@namespace, out var found)) return found;
        var part = Set.With(Set.All.Where(r => r.Metadata.Namespace == @namespace || r.Metadata.Namespace == Mesh.RootNamespace));
        return byNamespace[@namespace] = part;
    }

    public DeclaredPorts PortsOf(KnownWorkload known)
    {
        if (!ports.TryGetValue(known, out var declared))
            ports[known] = declared = DeclaredPorts.Of(SetFor(known.Workload.Namespace), known.Workload);
        return declared;
    }

    public ServerModeResolution ModesOf(KnownWorkload known) => ServerModeResolution.Resolve(SetFor(known.Workload.Namespace), known.Workload);

    /// <summary>The AuthorizationPolicies that select a workload and are enforced.</summary>
    public IEnumerable<AuthorizationPolicyResource> PoliciesOf(KnownWorkload known) => SetFor(known.Workload.Namespace)
        .OfKind<AuthorizationPolicyResource>()
        .Where(p => !p.IsDryRun && WorkloadSelection.WhyNotSelected(p, Mesh.RootNamespace, known.Workload) is null);
}
