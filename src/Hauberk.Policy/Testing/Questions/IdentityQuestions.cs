using Hauberk.Policy.Decision;
using Hauberk.Policy.Explanation;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Testing.Questions;

internal static class IdentityQuestions
{
    public static Func<ResourceSet, Answer> PeerAccepted(MappingReader reader)
    {
        var workload = WorkloadInput.Read(reader, "workload").Workload;
        reader.Integer("port");
        var peer = reader.RequiredText("peer");
        return set => IdentityInput.TryParse(peer, out var id, out var problem)
            ? Of(CompiledWorkloadPolicy.Compile(set, workload).AcceptClient(id), "yes", "no")
            : problem;
    }

    public static Func<ResourceSet, Answer> SecureNaming(MappingReader reader)
    {
        var client = WorkloadInput.Read(reader, "client").Workload;
        var host = reader.RequiredText("host");
        var endpoints = reader.Texts("endpointIdentities");
        var server = reader.RequiredText("serverIdentity");
        return set =>
        {
            if (!IdentityInput.TryParse(server, out var id, out var problem)) return problem;
            var destination = DestinationInput.Of(set, host, client, client.Namespace);
            var naming = CompiledClientPolicy.Compile(set, client)
                .NamingOf(destination.Host, destination.Namespace, endpoints, destination.ExtraIdentities);
            return Of(naming.Accept(id), "accept", "reject");
        };
    }

    public static Func<ResourceSet, Answer> Expand(MappingReader reader)
    {
        var identities = reader.Texts("identities");
        return set => Answer.Of(
            Expectation.SetText(new TrustDomainSet(set.Mesh).Expand(identities)), "Each identity, and each once more for every alias.");
    }

    private static Answer Of(IdentityDecision decision, string accepted, string refused) =>
        Answer.Of(decision.IsAccepted ? accepted : refused, $"Because {DecisionSentence.Of(decision.Reason)}.");
}
