using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Specification 5.2 and section 11: where no identity is known for a service that is called with mesh mTLS, every server is refused.</summary>
internal static class ServerIdentityCheck
{
    public static void Run(AnalysisContext context)
    {
        var view = context.Destinations;
        foreach (var (destination, by) in view.Destinations)
            foreach (var client in view.ClientsOf(destination))
                foreach (var port in destination.Ports)
                    if (IsCalledWithMutualTls(client, destination, port) && client.NamingOf(destination, port.Number).AcceptedIdentities.Count == 0
                        && !destination.Endpoints.Any(DestinationView.IsImplied))
                        context.Warn(ProblemCodes.NoServerIdentity, by, "metadata.name",
                            $"{destination.Host}:{port.Number} is called with mesh mTLS, but no identity of its servers is known, so every server is refused.");
    }

    private static bool IsCalledWithMutualTls(CompiledClientPolicy client, ResolvedDestination destination, ResolvedPort port)
    {
        ClientTls Tls(bool hasSidecar, ServerMode mode) => client.DecideTls(
            new(destination.Host, destination.Namespace, port.Number, null, destination.IsExternal, hasSidecar, mode)).Tls;
        return destination.Endpoints.IsEmpty
            ? Tls(hasSidecar: false, ServerMode.Permissive) == ClientTls.MeshMutual
            : destination.Endpoints.Any(e => e.WorkloadPorts.TryGetValue(port.Number, out var to) && Tls(e.HasSidecar, e.ModeOf(to)) == ClientTls.MeshMutual);
    }
}
