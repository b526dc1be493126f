using System.Text.Json;
using Hauberk.Cli.Commands;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Explanation;

namespace Hauberk.Cli.Output;

/// <summary>{"succeeds", "calls": [{"from", "host", "port", "external", "succeeds", "endpoints": […]}]}</summary>
internal static class ExplanationJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyCollection<ConnectionExplanation> calls, SidecarHints hints)
    {
        json.WriteStartObject();
        json.WriteBoolean("succeeds", calls.All(ExplainCommand.Succeeds));
        json.WriteStartArray("calls");
        foreach (var call in calls) Write(json, call, hints);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ConnectionExplanation call, SidecarHints hints)
    {
        json.WriteStartObject();
        json.WriteStartObject("from");
        json.WriteString("workload", NameOf(call.From.Workload.Namespace, call.From.Workload.Name));
        json.WriteString("identity", call.From.Identity?.ToString());
        json.WriteString("address", call.From.Address.ToString());
        json.WriteBoolean("sidecarAbsent", hints.IsAbsent(call.From.Workload));
        json.WriteEndObject();
        json.WriteString("host", call.Host);
        json.WriteNumber("port", call.Port);
        json.WriteBoolean("external", call.IsExternal);
        json.WriteBoolean("succeeds", ExplainCommand.Succeeds(call));
        json.WriteStartArray("endpoints");
        foreach (var endpoint in call.Endpoints) Write(json, endpoint, hints);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, EndpointExplanation endpoint, SidecarHints hints)
    {
        json.WriteStartObject();
        json.WriteString("workload", NameOf(endpoint.Server.Namespace, endpoint.Server.Name));
        json.WriteBoolean("sidecarAbsent", hints.IsAbsent(endpoint.Server));
        json.WriteNumber("port", endpoint.WorkloadPort);
        json.WriteBoolean("succeeds", endpoint.Succeeds);
        json.WriteBoolean("mutualTls", endpoint.IsMutualTls);
        Decided(json, "clientTls", endpoint.ClientTls.Tls.ToString(), endpoint.ClientTls.Reason, endpoint.ClientTls.Rule);
        json.WriteString("mode", endpoint.ModeChain[^1].Mode.ToString().ToUpperInvariant());
        json.WriteStartArray("modeChain");
        foreach (var step in endpoint.ModeChain)
        {
            json.WriteStartObject();
            json.WriteString("scope", step.Scope.ToString());
            json.WriteString("policy", step.Policy);
            json.WriteString("mode", step.Mode.ToString().ToUpperInvariant());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (endpoint.Handling is { } handling) Decided(json, "inbound", handling.Action.ToString(), handling.Reason, null);
        if (endpoint.ServerAccepted is { } server) Decided(json, "serverIdentity", Accepted(server), server.Reason, null);
        if (endpoint.ClientAccepted is { } client) Decided(json, "clientIdentity", Accepted(client), client.Reason, null);
        if (endpoint.Authorization is { } authorization) Write(json, authorization);
        if (hints.Of(endpoint) is { } serverFirst)
        {
            json.WriteStartObject("serverFirst");
            TimeText.Write(json, "lastSeen", serverFirst.LastSeen);
            json.WriteEndObject();
        }
        json.WriteStartArray("sentences");
        foreach (var sentence in endpoint.Sentences) json.WriteStringValue(sentence);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AuthorizationExplanation authorization)
    {
        var decision = authorization.Decision;
        Decided(json, "authorization", decision.Verdict.ToString(), decision.Reason, decision.Rule?.ToString());
        json.WriteStartArray("policies");
        foreach (var policy in authorization.Policies)
        {
            json.WriteStartObject();
            json.WriteString("policy", policy.Policy);
            json.WriteString("action", policy.Action.ToString().ToUpperInvariant());
            json.WriteBoolean("dryRun", policy.IsDryRun);
            json.WriteString("outcome", policy.Outcome.ToString());
            json.WriteString("why", policy.Why);
            json.WriteStartArray("rules");
            foreach (var rule in policy.Rules)
            {
                json.WriteStartObject();
                json.WriteString("rule", rule.Rule.ToString());
                json.WriteString("outcome", rule.Outcome.ToString());
                json.WriteString("miss", rule.Miss?.ToString());
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Decided(Utf8JsonWriter json, string name, string outcome, DecisionReason reason, string? rule)
    {
        json.WriteStartObject(name);
        json.WriteString("outcome", outcome);
        json.WriteString("reason", reason.ToString());
        json.WriteString("rule", rule);
        json.WriteEndObject();
    }

    private static string Accepted(IdentityDecision decision) => decision.IsAccepted ? "Accepted" : "Refused";

    private static string? NameOf(string @namespace, string name) => name.Length == 0 ? null : $"{@namespace}/{name}";
}
