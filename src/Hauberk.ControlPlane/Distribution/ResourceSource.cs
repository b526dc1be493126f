using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hauberk.Api.Distribution;
using Hauberk.ControlPlane.Registry;
using Hauberk.Identity;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Slicing;
using CoreResource = Hauberk.Policy.Resources.Resource;
using CoreTrustBundle = Hauberk.Identity.TrustBundle;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>
/// Makes the messages that sidecars subscribe to. Each is computed once for all who need the same, and again only when a namespace that it was
/// computed from is another: a <see cref="NamespaceSnapshot"/> that is the same instance gives the same message.
/// </summary>
internal sealed class ResourceSource(TrustBundleSet bundles)
{
    private const int MaxCached = 100_000;
    private readonly ConcurrentDictionary<(string Destination, string Client), CachedDestination> destinations = new();

    public ImmutableSortedDictionary<string, VersionedResource> TrustBundles { get; } = bundles.Bundles.ToImmutableSortedDictionary(
        static (CoreTrustBundle b) => b.TrustDomain.Name, static (CoreTrustBundle b) => VersionedResource.Of(b.ToMessage()), StringComparer.Ordinal);

    /// <summary>How many Destination messages were computed: what stays flat while nothing changes.</summary>
    public long Computed => Interlocked.Read(ref computed);

    private long computed;

    public static VersionedResource WorkloadConfiguration(WorkloadEntryResource entry, NamespaceSnapshot own)
    {
        var workload = WorkloadIdentity.WorkloadOf(entry);
        var message = new WorkloadConfiguration { Workload = workload.ToMessage() };
        message.Policies.AddRange(InOrder(Slice.ForWorkload(own.Set, workload).All).Select(PolicyResourceConversion.ToMessage));
        return VersionedResource.Of(message);
    }

    /// <summary>Null where there is none of this name that the client may see.</summary>
    public VersionedResource? Destination(string name, WorkloadEntryResource client, NamespaceSnapshot clientNamespace, NamespaceSnapshot? service)
    {
        if (service?.Find(name) is not { } destination || !IsVisible(destination, clientNamespace.Name)) return null;
        var key = (name, ClientKey(client, clientNamespace));
        if (destinations.TryGetValue(key, out var cached) && cached.Client == clientNamespace && cached.Service == service) return cached.Message;
        if (destinations.Count > MaxCached) destinations.Clear();
        var message = VersionedResource.Of(destination.Resolved.ToMessage(InOrder(RulesFor(destination, client, clientNamespace, service))));
        Interlocked.Increment(ref computed);
        destinations[key] = new(clientNamespace, service, message);
        return message;
    }

    /// <summary>Only rules of the client's, the service's and the root namespace are ever used (specification 2.3).</summary>
    private static ImmutableArray<CoreResource> RulesFor(
        NamedDestination destination, WorkloadEntryResource client, NamespaceSnapshot clientNamespace, NamespaceSnapshot service)
    {
        var rules = clientNamespace.Set.All.Concat(service.Set.All).OfType<DestinationRuleResource>().Distinct<CoreResource>(ReferenceEqualityComparer.Instance);
        return Slice.ForDestination(clientNamespace.Set.With(rules), WorkloadIdentity.WorkloadOf(client), destination.Resolved.Host).All;
    }

    private static bool IsVisible(NamedDestination destination, string clientNamespace) =>
        destination.Source is not ServiceEntryResource entry || Visibility.Allows(entry.ExportTo, entry.Metadata.Namespace, clientNamespace);

    /// <summary>Clients of one namespace share a message, unless a rule there picks its clients by labels.</summary>
    private static string ClientKey(WorkloadEntryResource client, NamespaceSnapshot clientNamespace) =>
        clientNamespace.Set.OfKind<DestinationRuleResource>().Any(static r => r.WorkloadSelector is { IsEmpty: false })
            ? client.QualifiedName
            : client.Metadata.Namespace;

    /// <summary>Equal contents must give equal bytes, whatever order the store was read in.</summary>
    private static IEnumerable<CoreResource> InOrder(IEnumerable<CoreResource> resources) =>
        resources.OrderBy(static r => r.Kind, StringComparer.Ordinal).ThenBy(static r => r, OldestFirst.Instance);

    private sealed record CachedDestination(NamespaceSnapshot Client, NamespaceSnapshot Service, VersionedResource Message);
}
