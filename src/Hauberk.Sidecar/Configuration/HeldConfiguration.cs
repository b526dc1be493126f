using System.Collections.Immutable;
using Hauberk.Api.Distribution;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;
using CoreTrustBundle = Hauberk.Identity.TrustBundle;
using IndexMessage = Hauberk.Api.Distribution.AddressIndexEntry;

namespace Hauberk.Sidecar.Configuration;

/// <summary>
/// The resources that this sidecar holds, and the snapshot they make. A change compiles what it affects and nothing else. Not safe for several
/// threads.
/// </summary>
internal sealed class HeldConfiguration
{
    /// <summary>The one MeshSettings resource.</summary>
    public const string MeshSettingsName = "default";

    private const int MaxDestinationsOfAddress = 256;

    /// <summary>Of an address of the mesh: it is refused.</summary>
    private static readonly AddressIndexEntry NothingKnown = new([], IsMeshed: true);

    private readonly ResourceTable<Api.Distribution.TrustBundle, CoreTrustBundle> bundles;
    private readonly ResourceTable<MeshSettings, MeshContents> mesh;
    private readonly ResourceTable<WorkloadConfiguration, WorkloadContents> workload;
    private readonly ResourceTable<IndexMessage, AddressIndexEntry> index;
    private readonly ResourceTable<Destination, DestinationContents> destinations;
    private readonly string nodeId;
    private readonly TrustDomain trustDomain;

    // By type: what failed in a way that nobody foresaw. While there is one, everything is denied.
    private readonly Dictionary<string, UnsupportedResource> faults = new(StringComparer.Ordinal);

    private SidecarSnapshot? snapshot;
    private TrustBundleSet? bundleSet;
    private CompiledWorkloadPolicy? policy;
    private AddressIndex addresses = AddressIndex.Empty;
    private bool isIndexWhole;
    private ImmutableDictionary<string, DestinationSnapshot> compiledDestinations =
        ImmutableDictionary.Create<string, DestinationSnapshot>(StringComparer.Ordinal);

    public HeldConfiguration(string nodeId, TrustDomain trustDomain)
    {
        this.nodeId = nodeId;
        this.trustDomain = trustDomain;
        bundles = new(ResourceTypeUrl.TrustBundle, Api.Distribution.TrustBundle.Parser, ReadBundle);
        mesh = new(ResourceTypeUrl.MeshSettings, MeshSettings.Parser, ReadMesh);
        workload = new(ResourceTypeUrl.WorkloadConfiguration, WorkloadConfiguration.Parser, ReadWorkload);
        index = new(ResourceTypeUrl.AddressIndexEntry, IndexMessage.Parser, ReadIndexEntry);
        destinations = new(ResourceTypeUrl.Destination, Destination.Parser, ReadDestination);
        Tables = [bundles, mesh, workload, index, destinations];
    }

    /// <summary>In the order in which they are asked for.</summary>
    public ImmutableArray<IResourceTable> Tables { get; }

    /// <summary>A response failed to be taken in, and not all that is held of its type has come again since.</summary>
    public bool IsDistrusted => faults.Count > 0;

    /// <summary>Null: something that every sidecar needs has not come yet.</summary>
    public SidecarSnapshot? Snapshot => snapshot;

    /// <summary>Resources that cannot be enforced here, so that what they govern is denied.</summary>
    public IEnumerable<UnsupportedResource> Unsupported =>
        (snapshot?.Policy.Unsupported ?? []).Concat(destinations.Values.SelectMany(static d => d.Policies.Unsupported));

    public IResourceTable? Table(string typeUrl) => Tables.FirstOrDefault(table => table.TypeUrl == typeUrl);

    /// <summary>Takes all of a response in and makes a new snapshot, or takes nothing. Null: taken. Else why it cannot be.</summary>
    public string? Apply(DeltaDiscoveryResponse response)
    {
        var table = Table(response.TypeUrl);
        var problem = table is null ? "this type was not asked for" : WhyNotRemovable(response) ?? table.Apply(response);
        if (problem is not null)
            return problem;
        var isWhole = table != index || IsEndOfIndex(response);
        isIndexWhole |= table == index && isWhole;
        if (isWhole && faults.ContainsKey(response.TypeUrl) && table!.Versions.All(static held => held.Value.Length > 0))
        {
            faults.Remove(response.TypeUrl);
            CompilePolicies();
        }
        Compile(table!);
        return null;
    }

    /// <summary>
    /// After a response that failed in a way that nobody foresaw, perhaps half-way: an older, laxer rule never stands in for it. A destination is
    /// let go, and of an address nothing is known, so that they are refused; anything but destinations governs everything, until the next stream has
    /// told again all that is held: it names no version of it, and so is also told what was removed.
    /// </summary>
    public void Distrust(DeltaDiscoveryResponse response, string why)
    {
        if (Table(response.TypeUrl) is not { } table)
            return;
        table.ForgetVersions();
        if (table == destinations)
        {
            foreach (var name in response.Resources.Select(static r => r.Name).Concat(response.RemovedResources))
                Forget(name);
            return;
        }
        if (table == index)
            addresses = addresses.With(response.Resources.Select(static r => KeyValuePair.Create(r.Name, (AddressIndexEntry?)NothingKnown)));
        faults[response.TypeUrl] = new UnsupportedResource(ResourceTypeUrl.ShortName(response.TypeUrl), "", "", $"it failed to be taken in: {why}");
        CompilePolicies();
        MakeSnapshot();
    }

    /// <summary>Lets go of a destination that nobody calls any more.</summary>
    public void Forget(string destination)
    {
        destinations.Forget(destination);
        compiledDestinations = compiledDestinations.Remove(destination);
        MakeSnapshot();
    }

    /// <summary>
    /// The index comes in many responses, and an address that is not in it is called in the clear where the control plane does not answer: so it
    /// counts only once all of it was there. Our own node is asked for behind it, so the answer that there is none comes last. What comes without
    /// a nonce comes from disk, where only a whole one is kept.
    /// </summary>
    private bool IsEndOfIndex(DeltaDiscoveryResponse response) => response.Nonce.Length == 0 || response.RemovedResources.Contains(nodeId);

    private string? WhyNotRemovable(DeltaDiscoveryResponse response)
    {
        var needed = response.TypeUrl == ResourceTypeUrl.TrustBundle ? trustDomain.Name
            : response.TypeUrl == ResourceTypeUrl.MeshSettings ? MeshSettingsName
            : response.TypeUrl == ResourceTypeUrl.WorkloadConfiguration ? nodeId
            : null;
        return needed is not null && response.RemovedResources.Contains(needed)
            ? $"{ResourceTypeUrl.ShortName(response.TypeUrl)} {needed} cannot be taken from a sidecar that runs by it"
            : null;
    }

    private void Compile(IResourceTable changed)
    {
        if (changed == bundles)
            bundleSet = TrustBundleSet.Of(bundles.Values);
        else if (changed == index)
            addresses = addresses.With(index.LastChanges);
        else if (changed == destinations)
            CompileDestinations(destinations.LastChanges);
        else
            CompilePolicies();
        MakeSnapshot();
    }

    private void CompilePolicies()
    {
        if (Mesh is not { } settings || Own is not { } own)
            return;
        policy = CompiledWorkloadPolicy.Compile(
            new ResourceSet(own.Policies.Resources, settings.Mesh), own.Workload, own.Policies.Unsupported.AddRange(settings.Unsupported));
        CompileDestinations(destinations.Names.Select(name => KeyValuePair.Create(name, destinations.Find(name))));
    }

    private void CompileDestinations(IEnumerable<KeyValuePair<string, DestinationContents?>> changes)
    {
        if (Mesh is not { } settings || Own is not { } own)
            return;
        var compiled = compiledDestinations.ToBuilder();
        foreach (var (name, contents) in changes)
        {
            if (contents is null)
                compiled.Remove(name);
            else
                compiled[name] = contents.Compile(settings, own.Workload);
        }
        compiledDestinations = compiled.ToImmutable();
    }

    private void MakeSnapshot()
    {
        if (policy is null || bundleSet is null || !bundleSet.TryGet(trustDomain, out _) || !isIndexWhole)
            return;
        snapshot = new SidecarSnapshot
        {
            Version = (snapshot?.Version ?? 0) + 1,
            Workload = Own!.Workload,
            Policy = policy,
            Mesh = Mesh!.Mesh,
            TrustBundles = bundleSet,
            Destinations = compiledDestinations,
            AddressIndex = addresses,
        };
    }

    private MeshContents? Mesh =>
        faults.Count > 0 && mesh.Find(MeshSettingsName) is not null ? new MeshContents(MeshDefaults.Instance, [.. faults.Values]) : mesh.Find(MeshSettingsName);

    private WorkloadContents? Own =>
        faults.Count > 0 && workload.Find(nodeId) is { } read ? read with { Policies = new ReadPolicies([], []) } : workload.Find(nodeId);

    private static string? ReadBundle(string name, Api.Distribution.TrustBundle message, out CoreTrustBundle? value)
    {
        if (!TrustBundleConversion.TryRead(message, out value, out var problem))
            return problem;
        if (value.TrustDomain.Name == name)
            return null;
        value = null;
        return $"it is the bundle of {message.TrustDomain}";
    }

    private static string? ReadMesh(string name, MeshSettings message, out MeshContents? value) =>
        MeshContents.TryRead(message, out value, out var problem) ? null : problem;

    private string? ReadWorkload(string name, WorkloadConfiguration message, out WorkloadContents? value)
    {
        if (!WorkloadContents.TryRead(message, out value, out var problem))
            return problem;
        if (name == nodeId && $"{value.Workload.Namespace}/{value.Workload.Name}" == nodeId)
            return null;
        value = null;
        return $"it is of another workload than {nodeId}";
    }

    private static string? ReadIndexEntry(string name, IndexMessage message, out AddressIndexEntry? value)
    {
        // Too many to hold: the address is known and nothing behind it, so it is refused. To refuse the response would lose its other addresses.
        value = message.Destinations.Count > MaxDestinationsOfAddress
            ? NothingKnown
            : new AddressIndexEntry([.. message.Destinations], message.Meshed);
        return message.Key != name ? $"its key is {IdentityProblem.Show(message.Key)}" : null;
    }

    private static string? ReadDestination(string name, Destination message, out DestinationContents? value) =>
        DestinationContents.TryRead(name, message, out value, out var problem) ? null : problem;
}
