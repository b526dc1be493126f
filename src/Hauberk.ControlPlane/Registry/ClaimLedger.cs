using System.Net;
using Hauberk.ControlPlane.Store;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Registry;

/// <summary>
/// Who claims which address and host. It is held from the check of a write until the write is durable, so that two claims to one thing
/// cannot both be found free. Kinds that claim nothing do not wait for it.
/// </summary>
internal sealed class ClaimLedger : IDisposable
{
    private static readonly string[] ClaimingKinds = ["services", "serviceentries", "workloadentries"];
    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<string, List<Claim>> byValue = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceKey, Claim[]> byOwner = [];

    // Each may meet claims of any value.
    private readonly HashSet<Claim> ranges = [];
    private readonly Func<MeshConfigResource> mesh;

    /// <param name="mesh">The mesh settings in force.</param>
    public ClaimLedger(StoreSnapshot stored, IPNetwork serviceNetwork, Func<MeshConfigResource> mesh)
    {
        this.mesh = mesh;
        Addresses = new VirtualAddresses(serviceNetwork);
        foreach (var kind in ResourceKinds.All.Where(static k => ClaimingKinds.Contains(k.Plural)))
            foreach (var resource in stored.List(new(kind.Group, kind.Plural)))
                if (ResourceReader.Read(resource.Json, resource.Key.ToString()) is { Resources: [var read] }) Take(resource.Key, read);
    }

    public VirtualAddresses Addresses { get; }

    public async Task<HeldClaims> HoldAsync(GroupResource kind, CancellationToken cancellation)
    {
        var isNeeded = ClaimingKinds.Contains(kind.Plural);
        if (isNeeded) await gate.WaitAsync(cancellation);
        return new HeldClaims(this, mesh(), isNeeded ? gate : null);
    }

    public void Dispose() => gate.Dispose();

    internal bool IsTaken(string address) => byValue.ContainsKey(address);

    /// <summary>A claim that cannot stand beside this one; null: there is none.</summary>
    internal Claim? Against(Claim claim) =>
        (claim.IsRange ? byValue.Values.SelectMany(static c => c) : (byValue.GetValueOrDefault(claim.Value) ?? []).Concat(ranges)).FirstOrDefault(claim.Excludes);

    internal void Take(ResourceKey key, Resource resource)
    {
        Release(key);
        var claims = Claim.Of(key, resource).ToArray();
        if (claims.Length == 0) return;
        byOwner[key] = claims;
        foreach (var claim in claims)
        {
            if (!byValue.TryGetValue(claim.Value, out var others)) byValue[claim.Value] = others = [];
            others.Add(claim);
            if (claim.IsRange) ranges.Add(claim);
        }
    }

    internal void Release(ResourceKey key)
    {
        if (!byOwner.Remove(key, out var claims)) return;
        foreach (var claim in claims)
        {
            byValue[claim.Value].Remove(claim);
            if (byValue[claim.Value].Count == 0) byValue.Remove(claim.Value);
            ranges.Remove(claim);
        }
    }
}
