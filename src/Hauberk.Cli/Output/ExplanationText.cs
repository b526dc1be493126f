using System.Collections.Immutable;
using System.Net;
using Hauberk.Api.ConfigApi;
using Hauberk.Policy.Explanation;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Cli.Output;

/// <summary>An explanation for people: the answer first, then how it came about.</summary>
internal static class ExplanationText
{
    public static void Write(
        Printer printer, ConnectionExplanation explanation, ImmutableArray<ResolvedPort> ports, bool showsPolicies, SidecarHints hints)
    {
        printer.Line($"{CallerOf(explanation.From)} calls {explanation.Host} port {explanation.Port}");
        if (hints.IsAbsent(explanation.From.Workload)) WriteAbsent(printer, explanation.From.Workload);
        if (explanation.Endpoints.IsEmpty) printer.Indented(2, WithoutEndpoint(explanation, ports));
        foreach (var endpoint in explanation.Endpoints)
        {
            printer.Line();
            Write(printer, endpoint);
            if (hints.IsAbsent(endpoint.Server)) WriteAbsent(printer, endpoint.Server);
            if (hints.Of(endpoint) is { } serverFirst) Write(printer, endpoint, serverFirst);
            if (showsPolicies && endpoint.Authorization is { } authorization) Write(printer, authorization);
        }
    }

    /// <summary>The answer is by the configuration; the sidecar that is to make it true may not be there.</summary>
    private static void WriteAbsent(Printer printer, Workload workload) => printer.Indented(2, new Cell(
        $"No sidecar of {workload.Namespace}/{workload.Name} is connected. One that never joined takes no mutual TLS, sends none, and enforces nothing.", Tone.Warning));

    private static Cell WithoutEndpoint(ConnectionExplanation explanation, ImmutableArray<ResolvedPort> ports)
    {
        if (explanation.IsExternal) return "Nothing in the mesh goes by that name: the bytes leave as the application sent them.";
        return ports.Any(p => p.Number == explanation.Port)
            ? new Cell("The connection fails: no workload is behind that port.", Tone.Bad)
            : new Cell($"The connection fails: the service has no such port; it has {string.Join(", ", ports.Select(p => p.Number))}.", Tone.Bad);
    }

    private static void Write(Printer printer, EndpointExplanation endpoint)
    {
        var (answer, tone) = endpoint switch
        {
            { Succeeds: false } => ("fails", Tone.Bad),
            { IsMutualTls: true } => ("succeeds with mutual TLS", Tone.Good),
            _ => ("succeeds without mutual TLS", Tone.Warning),
        };
        printer.Line($"{endpoint.Server.Namespace}/{endpoint.Server.Name} port {endpoint.WorkloadPort}: ", new(answer, tone));
        // The last sentence is the answer, which stands above.
        foreach (var sentence in endpoint.Sentences[..^1]) printer.Indented(2, sentence);
    }

    private static void Write(Printer printer, EndpointExplanation endpoint, ServerFirstPort port)
    {
        printer.Indented(2, $"Port {port.Port} speaks first (last seen {TimeText.Of(port.LastSeen)}): clients without a sidecar reach it without a wait.");
        if (!endpoint.Protocol.ServerSpeaksFirst())
            printer.Indented(2, $"{WhereToDeclare(endpoint)}: mysql for MySQL or MariaDB, so that not even the first client waits; tcp for anything else.");
    }

    private static string WhereToDeclare(EndpointExplanation endpoint)
    {
        if (endpoint.Declaration is not { } declaration)
            return $"Nothing declares the port. Apply a Service that selects the workload's labels, with port {endpoint.WorkloadPort} and an appProtocol";
        var field = declaration.DeclaredBy is ServiceEntryResource ? "protocol" : "appProtocol";
        return $"Set {field} of port {declaration.ServicePort} in {declaration.DeclaredBy.Kind} {declaration.DeclaredBy.QualifiedName}";
    }

    private static void Write(Printer printer, AuthorizationExplanation authorization)
    {
        printer.Indented(2, authorization.Policies.IsEmpty ? "There are no policies." : "Policies:");
        foreach (var policy in authorization.Policies)
        {
            var dryRun = policy.IsDryRun ? " (dry run)" : "";
            printer.Indented(4, $"{policy.Action.ToString().ToUpperInvariant()} {policy.Policy}{dryRun}: ", OutcomeOf(policy));
            foreach (var rule in policy.Rules) printer.Indented(6, $"rule {rule.Rule.RuleIndex}: {OutcomeOf(rule)}");
        }
    }

    private static Cell OutcomeOf(PolicyExplanation policy) => policy.Outcome switch
    {
        PolicyOutcome.Decided => new Cell("decided", Tone.Good),
        PolicyOutcome.Matched => "matched without deciding",
        PolicyOutcome.NotMatched => policy.Rules.IsEmpty ? "has no rules, so nothing matches it" : "did not match",
        PolicyOutcome.NotReached => new Cell("not reached", Tone.Quiet),
        PolicyOutcome.Unsupported => new Cell($"cannot be enforced, so all is denied: {policy.Why}", Tone.Bad),
        _ => new Cell($"not for this workload: {policy.Why}", Tone.Quiet),
    };

    private static string OutcomeOf(RuleExplanation rule) => rule.Outcome switch
    {
        RuleOutcome.Matched => "matched",
        RuleOutcome.NotMatched => rule.Miss is null ? "did not match" : $"did not match: {rule.Miss}",
        RuleOutcome.DroppedOnTcp => "left out: it has HTTP fields and the port is handled as TCP",
        _ => "not reached",
    };

    private static string CallerOf(ExplainedClient from)
    {
        var name = from.Workload.Name.Length > 0 ? $"{from.Workload.Namespace}/{from.Workload.Name}" : "";
        var proof = from.Identity?.ToString() ?? "no sidecar, no identity";
        var address = from.Address.Equals(IPAddress.Any) ? "" : from.Address.ToString();
        if (name.Length > 0) return $"{name} ({proof})";
        return from.Identity is not null ? proof : $"{address} ({proof})";
    }
}
