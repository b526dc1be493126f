using System.CommandLine;
using Hauberk.Api.ConfigApi;
using Hauberk.Api.Flows;
using Hauberk.Cli.Output;
using Hauberk.CommandLines;

namespace Hauberk.Cli.Commands;

/// <summary>Recent connections as the sidecars reported them, oldest first, so that what is new stands next to the prompt.</summary>
internal static class FlowsCommand
{
    private const int MaxLimit = 5_000;
    private const int FollowLimit = 1_000;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    public static Command Create(Terminal terminal)
    {
        var limit = new Option<int>("--limit")
        {
            Description = $"How many of the newest, 1 to {MaxLimit}.",
            HelpName = "N",
            DefaultValueFactory = _ => 50,
            CustomParser = static argument => NumberOption.Read(argument, 1, MaxLimit),
        };
        var space = CommonOptions.Namespace("Only flows with an end in this namespace. Default: all.");
        var denied = new Option<bool>("--denied") { Description = "Only what was refused." };
        var follow = new Option<bool>("--follow") { Description = "Go on with new flows as they are reported, until Ctrl-C." };
        var output = CommonOptions.Output(OutputFormat.Table, OutputFormat.Json);
        var command = new Command("flows", "Show recent connections: who called whom, how it was secured, what was decided and why.")
        {
            limit, space, denied, follow, output,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var printer = new Printer(terminal, parsed.FormatOf(output));
            var query = new FlowQuery(parsed.GetValue(limit), parsed.GetValue(space), parsed.GetValue(denied) ? "deny" : null);
            return Session.UseAsync(terminal, parsed, printer, session => parsed.GetValue(follow)
                ? FollowAsync(terminal, printer, session, query, cancellation)
                : ListAsync(terminal, printer, session, query, cancellation));
        });
        return command;
    }

    private static async Task<int> ListAsync(
        Terminal terminal, Printer printer, Session session, FlowQuery query, CancellationToken cancellation)
    {
        var flows = await session.Client.ListFlowsAsync(query, cancellation);
        if (!flows.IsSuccess) return session.Fail(printer, flows.Problem);
        if (!printer.IsTable) printer.Json(json => FlowOutput.WriteJson(json, flows.Value));
        else if (flows.Value.IsEmpty) printer.Note("No flows yet.");
        else printer.Write(FlowOutput.TableOf(flows.Value, session, terminal.Clock));
        return ExitCode.Success;
    }

    private static async Task<int> FollowAsync(
        Terminal terminal, Printer printer, Session session, FlowQuery query, CancellationToken cancellation)
    {
        HashSet<(string, ulong, long)>? shown = null;
        while (true)
        {
            // The first answer reaches back as far as later ones, so that what they hold besides is new.
            var asked = shown is null ? Math.Max(query.Limit, FollowLimit) : FollowLimit;
            var flows = await session.Client.ListFlowsAsync(query with { Limit = asked }, cancellation);
            if (!flows.IsSuccess) return session.Fail(printer, flows.Problem);
            List<Flow> fresh = [.. shown is null ? flows.Value.Take(query.Limit) : flows.Value.Where(flow => !shown.Contains(KeyOf(flow)))];
            if (shown is not null && fresh.Count == FollowLimit) printer.Warning($"more than {FollowLimit} flows a second: some are not shown");
            Write(terminal, printer, session, fresh, withTitles: shown is null);
            // The newest come first and push the oldest out: what is not in this answer does not come again.
            shown = [.. flows.Value.Select(KeyOf)];
            await Task.Delay(PollInterval, terminal.Clock, cancellation);
        }
    }

    private static void Write(Terminal terminal, Printer printer, Session session, List<Flow> fresh, bool withTitles)
    {
        if (!printer.IsTable)
            foreach (var flow in FlowOutput.OldestFirst(fresh)) printer.JsonLine(json => FlowOutput.WriteJson(json, flow));
        else if (fresh.Count > 0 || withTitles) printer.Write(FlowOutput.TableOf(fresh, session, terminal.Clock), withTitles);
    }

    private static (string, ulong, long) KeyOf(Flow flow) => (flow.Reporter, flow.Id, flow.StartedUnixMs);
}
