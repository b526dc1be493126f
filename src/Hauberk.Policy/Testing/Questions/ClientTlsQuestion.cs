using Hauberk.Policy.Decision;
using Hauberk.Policy.Explanation;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Testing.Questions;

internal static class ClientTlsQuestion
{
    public static Func<ResourceSet, Answer> Read(MappingReader reader)
    {
        var client = WorkloadInput.Read(reader, "client").Workload;
        var host = reader.RequiredText("host");
        var port = reader.RequiredInteger("port");
        var (endpoint, endpointPort, _) = WorkloadInput.Read(reader, "endpoint", hasPort: true);
        var subset = reader.Text("subset");
        return set =>
        {
            if (!client.HasSidecar) return Answer.Of("PLAINTEXT", "The client has no sidecar.");
            var destination = DestinationInput.Of(set, host, client, endpoint.Namespace);
            var workloadPort = endpointPort ?? DestinationInput.WorkloadPort(set, destination, port, endpoint);
            var decision = CompiledClientPolicy.Compile(set, client).DecideTls(new ClientTlsFacts(
                destination.Host, destination.Namespace, port, subset, destination.IsExternal, endpoint.HasSidecar,
                ServerModeResolution.Resolve(set, endpoint).ModeOf(workloadPort)));
            return Answer.Of(Spelling(decision.Tls), $"Sent because {DecisionSentence.Of(decision.Reason)}.", decision.Rule);
        };
    }

    private static string Spelling(ClientTls tls) => tls switch
    {
        ClientTls.MeshMutual => "ISTIO_MUTUAL",
        ClientTls.Simple => "SIMPLE",
        ClientTls.Mutual => "MUTUAL",
        ClientTls.Refused => "REFUSED",
        _ => "PLAINTEXT",
    };
}
