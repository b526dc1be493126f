using System.Collections.Immutable;
using Hauberk.ControlPlane.Store;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Registry;

/// <summary>The ledger in the hands of one writer.</summary>
internal sealed class HeldClaims(ClaimLedger ledger, MeshConfigResource mesh, SemaphoreSlim? gate) : IDisposable
{
    /// <summary>Where what is for the whole mesh is written.</summary>
    public string RootNamespace => mesh.RootNamespace;

    /// <summary>The virtual address to write into a Service that names none: the one it had, else a free one; null where it needs none or none is left.</summary>
    public string? AddressFor(ResourceKey key, ServiceResource service, ServiceResource? before)
    {
        if (service.Type == "ExternalName" || service.ClusterIp is { Length: > 0 }) return null;
        return before?.ClusterIp is { Length: > 0 } kept ? kept : ledger.Addresses.FindFree($"{key.Namespace}/{key.Name}", ledger.IsTaken);
    }

    public ImmutableArray<ClaimProblem> Check(ResourceKey key, Resource resource, Resource? before)
    {
        var causes = ImmutableArray.CreateBuilder<ClaimProblem>();
        foreach (var claim in Claim.Of(key, resource))
            if (ledger.Against(claim) is { } other)
                causes.Add(new(claim.Field, claim.Value == other.Value
                    ? $"{claim.Value} belongs to {other.Owner} already"
                    : $"{claim.Value} meets {other.Value}, which belongs to {other.Owner} already"));
        if (resource is ServiceEntryResource entry) causes.AddRange(CheckHosts(entry).Concat(CheckRanges(entry)));
        if (resource is ServiceResource service) causes.AddRange(CheckAddress(service, before as ServiceResource));
        return causes.ToImmutable();
    }

    public void Take(ResourceKey key, Resource resource)
    {
        if (gate is not null) ledger.Take(key, resource);
    }

    public void Release(ResourceKey key)
    {
        if (gate is not null) ledger.Release(key);
    }

    public void Dispose() => gate?.Release();

    /// <summary>The hosts of Services belong to their namespace, whether the Service exists yet or not.</summary>
    private IEnumerable<ClaimProblem> CheckHosts(ServiceEntryResource entry)
    {
        var services = $".svc.{mesh.DnsSuffix}";
        for (var i = 0; i < entry.Hosts.Length; i++)
        {
            var host = entry.Hosts[i].TrimEnd('.').ToLowerInvariant();
            var coversServices = host.StartsWith('*') && services.EndsWith(host[1..], StringComparison.OrdinalIgnoreCase);
            var isOfAnother = host.EndsWith(services, StringComparison.OrdinalIgnoreCase)
                && !host[..^services.Length].EndsWith("." + entry.Metadata.Namespace, StringComparison.Ordinal);
            if (coversServices || isOfAnother)
                yield return new($"spec.hosts[{i}]", $"{host} covers hosts of Services of another namespace");
        }
    }

    /// <summary>A range among the virtual addresses would leave none to Services to come.</summary>
    private IEnumerable<ClaimProblem> CheckRanges(ServiceEntryResource entry)
    {
        for (var i = 0; i < entry.Addresses.Length; i++)
            if (AddressBlock.Parse(entry.Addresses[i]) is { IsRange: true } block && block.Overlaps(AddressBlock.Of(ledger.Addresses.Network)))
                yield return new($"spec.addresses[{i}]", $"{block} meets {ledger.Addresses.Network}, where Services get their addresses");
    }

    private IEnumerable<ClaimProblem> CheckAddress(ServiceResource service, ServiceResource? before)
    {
        if (before?.ClusterIp is { Length: > 0 } old && service.ClusterIp != old && before.Type != "ExternalName")
            yield return new("spec.clusterIP", $"it is {old} and cannot be changed: clients hold it");
        if (service.Type != "ExternalName" && service.ClusterIp is not { Length: > 0 })
            yield return new("spec.clusterIP", $"no address is left in {ledger.Addresses.Network}");
    }
}
