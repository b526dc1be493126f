using System.CommandLine;
using System.Globalization;
using Hauberk.Cli.Output;
using Hauberk.Policy.Explanation;
using Hauberk.Policy.Resources;

namespace Hauberk.Cli.Commands;

/// <summary>What would happen to a connection, and which rule says so: the sidecars' own engine, asked. Exits 1 where it would fail.</summary>
internal static class ExplainCommand
{
    public static Command Create(Terminal terminal)
    {
        var from = new Option<string>("--from") { Description = "Who calls: NAMESPACE/WORKLOAD, service host, SPIFFE ID or IP.", HelpName = "X", Required = true };
        var to = new Option<string>("--to") { Description = "What is called: NAMESPACE/WORKLOAD, service host, SPIFFE ID or IP.", HelpName = "Y", Required = true };
        var port = new Option<int>("--port")
        {
            Description = "Port that is called: a service's own, or the workload's where a workload is called.",
            HelpName = "N",
            Required = true,
            CustomParser = result =>
            {
                if (!ushort.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var read) || read == 0)
                    result.AddError("--port must be 1 to 65535");
                return read;
            },
        };
        var files = CommonOptions.Files("Explain what these files or folders configure, with no mesh running.");
        var policies = new Option<bool>("--policies") { Description = "Show every policy, and for each rule that did not match why." };
        var output = CommonOptions.TextOutput();
        var command = new Command("explain", "Explain a connection: what the client sends, what the server does, which rule says so.")
        {
            from, to, port, files, policies, output,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var printer = new Printer(terminal, parsed.FormatOf(output));
            var call = new Call(parsed.GetRequiredValue(from), parsed.GetRequiredValue(to), parsed.GetValue(port), parsed.GetValue(policies));
            return MeshSource.UseAsync(terminal, parsed, printer, parsed.GetValue(files) ?? [], mesh => ExplainAsync(printer, mesh, call, cancellation), cancellation);
        });
        return command;
    }

    private static async Task<int> ExplainAsync(Printer printer, ConfiguredMesh mesh, Call call, CancellationToken cancellation)
    {
        if (mesh.Session is not { } session) return Explain(printer, mesh.Resources, call, SidecarHints.None);
        var sidecars = await session.Client.ListSidecarsAsync(cancellation);
        return sidecars.IsSuccess ? Explain(printer, mesh.Resources, call, new(sidecars.Value)) : session.Fail(printer, sidecars.Problem);
    }

    private static int Explain(Printer printer, ResourceSet mesh, Call call, SidecarHints hints)
    {
        var names = new MeshNames(mesh);
        var clients = names.Clients(call.From, out var problem);
        if (clients.IsEmpty) return printer.Fail($"--from {call.From}: {problem}");
        var explanations = new List<ConnectionExplanation>();
        foreach (var client in clients)
        {
            if (names.Call(client, call.To, call.Port, out problem) is not { } explanation) return printer.Fail($"--to {call.To}: {problem}");
            explanations.Add(explanation);
        }
        if (printer.IsTable) WriteText(printer, names, call, explanations, hints);
        else printer.Json(json => ExplanationJson.Write(json, explanations, hints));
        return explanations.All(Succeeds) ? ExitCode.Success : ExitCode.No;
    }

    /// <summary>A host that nobody knows is reached as if there were no mesh; a known one without an endpoint on the port is not reached.</summary>
    internal static bool Succeeds(ConnectionExplanation explanation) =>
        explanation.Endpoints.IsEmpty ? explanation.IsExternal : explanation.Endpoints.All(e => e.Succeeds);

    private static void WriteText(Printer printer, MeshNames names, Call call, List<ConnectionExplanation> explanations, SidecarHints hints)
    {
        foreach (var explanation in explanations)
        {
            if (explanation != explanations[0]) printer.Line();
            ExplanationText.Write(printer, explanation, names.PortsOf(explanation.Host, explanation.From.Workload.Namespace), call.ShowsPolicies, hints);
        }
    }

    private sealed record Call(string From, string To, int Port, bool ShowsPolicies);
}
