using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>From what an operator wrote about an endpoint to the workload it stands for.</summary>
public static class WorkloadIdentity
{
    private const string TlsModeLabel = "security.istio.io/tlsMode";

    public static Workload WorkloadOf(WorkloadEntryResource entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return WorkloadOf(entry.Endpoint, entry.Metadata.Namespace, entry.Metadata.Name) with { TunnelPort = entry.TunnelPort };
    }

    public static Workload WorkloadOf(WorkloadEndpoint endpoint, string @namespace, string name)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new()
        {
            Namespace = @namespace,
            Name = name,
            ServiceAccount = endpoint.ServiceAccount,
            Labels = endpoint.Labels,
            Addresses = endpoint.Address.Length > 0 ? [endpoint.Address] : ImmutableArray<string>.Empty,
            HasSidecar = HasSidecar(endpoint),
        };
    }

    /// <summary>The label where it is given, else whether a service account is (specification 2.2).</summary>
    public static bool HasSidecar(WorkloadEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return endpoint.Labels.TryGetValue(TlsModeLabel, out var mode) ? mode == "istio" : endpoint.ServiceAccount.Length > 0;
    }
}
