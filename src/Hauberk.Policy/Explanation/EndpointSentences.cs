using System.Collections.Immutable;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;

namespace Hauberk.Policy.Explanation;

/// <summary>An endpoint's explanation for people.</summary>
internal static class EndpointSentences
{
    public static ImmutableArray<string> Of(EndpointExplanation e)
    {
        var sentences = ImmutableArray.CreateBuilder<string>();
        sentences.Add(Client(e));
        sentences.Add(Mode(e));
        if (e.Handling is { } handling) sentences.Add(Handling(handling));
        else sentences.Add("The server has no sidecar: its application gets the bytes as they come.");
        if (e.ServerAccepted is { } server) sentences.Add($"The client {(server.IsAccepted ? "accepts" : "refuses")} the server: {DecisionSentence.Of(server.Reason)}.");
        if (e.ClientAccepted is { IsAccepted: false } client) sentences.Add($"The server refuses the client: {DecisionSentence.Of(client.Reason)}.");
        if (e.Authorization is { } authorization) sentences.AddRange(Authorization(authorization));
        sentences.Add(e.Succeeds ? $"The connection succeeds{(e.IsMutualTls ? ", with mutual TLS." : ", without mutual TLS.")}" : "The connection fails.");
        return sentences.ToImmutable();
    }

    private static string Client(EndpointExplanation e)
    {
        var form = e.ClientTls.Tls switch
        {
            ClientTls.MeshMutual => "mutual TLS of the mesh",
            ClientTls.Simple => "TLS as its DestinationRule describes",
            ClientTls.Mutual => "TLS with the certificate that its DestinationRule names",
            ClientTls.Refused => "nothing",
            _ => "plaintext",
        };
        return e.ClientTls.Reason == DecisionReason.None
            ? $"The client has no sidecar and sends {form}."
            : $"The client sends {form}: {DecisionSentence.Of(e.ClientTls.Reason)}{(e.ClientTls.Rule is null ? "" : $" ({e.ClientTls.Rule})")}.";
    }

    private static string Mode(EndpointExplanation e)
    {
        var last = e.ModeChain[^1].Mode;
        var by = e.ModeChain.LastOrDefault(s => s.Written is not null and not Resources.MutualTlsMode.Unset);
        var why = by is null ? "by default" : $"by {by.Policy} ({by.Scope.ToString().ToLowerInvariant()})";
        return $"Port {e.WorkloadPort} of the server is {last.ToString().ToUpperInvariant()} {why} and {Declared(e)}.";
    }

    private static string Declared(EndpointExplanation e) => e switch
    {
        { Protocol: DeclaredProtocol.Auto } => "undeclared",
        { Declaration.Stated: not DeclaredProtocol.Auto } => $"declared {e.Protocol.Spelling()}",
        _ => $"undeclared; port {e.Declaration?.ServicePort ?? e.WorkloadPort} is known to speak {e.Protocol.Spelling()}",
    };

    private static string Handling(InboundHandling handling) => handling.Action switch
    {
        InboundAction.Refuse => $"The server refuses: {DecisionSentence.Of(handling.Reason)}.",
        InboundAction.TerminateMutualTls => "The server ends the TLS and demands an identity of the mesh.",
        _ => "The server passes the bytes on to its application.",
    };

    private static IEnumerable<string> Authorization(AuthorizationExplanation authorization)
    {
        var decision = authorization.Decision;
        yield return $"{(decision.IsAllowed ? "Allowed" : "Denied")}: {DecisionSentence.Of(decision.Reason)}{(decision.Rule is null ? "" : $" ({decision.Rule})")}.";
        if (decision.Reason != DecisionReason.NoAllowRuleMatched) yield break;
        foreach (var rule in authorization.Policies.SelectMany(p => p.Rules))
            if (rule.Miss is not null) yield return $"{rule.Rule} did not match: {rule.Miss}.";
            else if (rule.Outcome == RuleOutcome.DroppedOnTcp) yield return $"{rule.Rule} has HTTP fields and the port is handled as TCP: it is left out.";
    }
}
