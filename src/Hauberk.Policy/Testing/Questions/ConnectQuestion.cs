using Hauberk.Policy.Decision;
using Hauberk.Policy.Explanation;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Testing.Questions;

/// <summary>Both ends together, the application speaking what its port declares.</summary>
internal static class ConnectQuestion
{
    public static Func<ResourceSet, Answer> Read(MappingReader reader)
    {
        var client = WorkloadInput.Read(reader, "client").Workload;
        var host = reader.RequiredText("host");
        var port = reader.RequiredInteger("port");
        var (server, serverPort, _) = WorkloadInput.Read(reader, "server", hasPort: true);
        var subset = reader.Text("subset");
        return set =>
        {
            var known = DestinationInput.Of(set, host, client, server.Namespace);
            var destination = ConnectionExplanation.DestinationOf(set, known.Host, server) with
            {
                Namespace = known.Namespace,
                IsExternal = known.IsExternal,
                ExtraIdentities = known.ExtraIdentities,
            };
            var workloadPort = serverPort ?? DestinationInput.WorkloadPort(set, known, port, server);
            var explanation = new EndpointExplainer(
                set, ExplainedClient.OfWorkload(client, set.Mesh), destination, port, new(HttpHandlingAvailable: true, Subset: subset))
                .Explain(server, workloadPort);
            return Answer.Of(string.Join(" ", explanation.Sentences), RuleOf(explanation),
                ("result", explanation.Succeeds ? "success" : "fail"),
                ("mtls", explanation.Wire == WireForm.MeshTls ? "true" : "false"));
        };
    }

    private static string? RuleOf(EndpointExplanation explanation) =>
        explanation.Authorization?.Decision.Rule?.ToString() ?? explanation.ClientTls.Rule;
}
