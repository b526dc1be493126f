using Hauberk.Api.Distribution;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Slicing;
using CoreWorkload = Hauberk.Policy.Resources.Workload;

namespace Hauberk.Conformance.Tests.Live;

/// <summary>A destination with the virtual address that applications call it by.</summary>
internal sealed record CalledDestination(ResolvedDestination Resolved)
{
    public const string Address = "10.255.0.1";

    public string Name => $"{Resolved.Namespace}/{Resolved.Host}";

    public AddressIndexEntry IndexEntry() =>
        new() { Key = Address, Destinations = { Name }, Meshed = Resolved.Endpoints.Any(e => e.HasSidecar) };

    public Destination Message(ResourceSet set, CoreWorkload client) =>
        Resolved.ToMessage(Slice.ForDestination(set, client, Resolved.Host).All);
}
