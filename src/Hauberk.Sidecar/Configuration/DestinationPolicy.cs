using System.Collections.Frozen;
using Hauberk.Policy.Decision;

namespace Hauberk.Sidecar.Configuration;

/// <summary>What is sent to one destination and who may answer for it; the secure-naming sets are worked out once.</summary>
public sealed class DestinationPolicy
{
    private readonly CompiledClientPolicy policy;
    private readonly FrozenDictionary<int, SecureNaming> namingByPort;
    private readonly SecureNaming naming;

    private DestinationPolicy(CompiledClientPolicy policy, FrozenDictionary<int, SecureNaming> namingByPort, SecureNaming naming)
    {
        this.policy = policy;
        this.namingByPort = namingByPort;
        this.naming = naming;
    }

    /// <param name="identities">Of its endpoints.</param>
    /// <param name="extraIdentities">Declared beside them.</param>
    /// <param name="ports">Those whose set a DestinationRule may change; any other port has the set of the destination as a whole.</param>
    public static DestinationPolicy Of(
        CompiledClientPolicy policy,
        string host,
        string serviceNamespace,
        IReadOnlyCollection<string> identities,
        IReadOnlyCollection<string> extraIdentities,
        IEnumerable<int> ports)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new(
            policy,
            ports.Distinct().ToFrozenDictionary(port => port, port => policy.NamingOf(host, serviceNamespace, identities, extraIdentities, port)),
            policy.NamingOf(host, serviceNamespace, identities, extraIdentities));
    }

    public ClientTlsDecision DecideTls(in ClientTlsFacts facts) => policy.DecideTls(facts);

    public SecureNaming NamingOf(int servicePort) => namingByPort.GetValueOrDefault(servicePort, naming);
}
