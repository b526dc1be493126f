using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Explanation;

/// <summary>Who calls: a workload, an identity of the mesh, or an address with no sidecar.</summary>
public sealed record ExplainedClient
{
    private ExplainedClient() { }

    public required Workload Workload { get; init; }

    /// <summary>What its sidecar proves; null: it has none.</summary>
    public SpiffeId? Identity { get; init; }

    /// <summary>Where it calls from.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Null where the calling address is not known: rules on addresses then see 0.0.0.0.</summary>
    public static ExplainedClient OfWorkload(Workload workload, MeshConfigResource mesh)
    {
        ArgumentNullException.ThrowIfNull(workload);
        return new()
        {
            Workload = workload,
            Identity = workload.HasSidecar ? new TrustDomainSet(mesh).IdentityOf(workload.Namespace, workload.ServiceAccount) : null,
            Address = AddressOf(workload),
        };
    }

    public static ExplainedClient OfIdentity(SpiffeId identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new()
        {
            Workload = new Workload { Namespace = identity.Namespace ?? "", ServiceAccount = identity.ServiceAccount ?? "" },
            Identity = identity,
            Address = IPAddress.Any,
        };
    }

    public static ExplainedClient OfAddress(IPAddress address) => new()
    {
        Workload = new Workload { Namespace = "", HasSidecar = false, Addresses = [address.ToString()] },
        Address = address,
    };

    internal static IPAddress AddressOf(Workload workload) =>
        workload.Addresses.Select(a => IPAddress.TryParse(a, out var parsed) ? parsed : null).FirstOrDefault(a => a is not null) ?? IPAddress.Any;
}
