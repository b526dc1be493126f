using System.CommandLine;
using Hauberk.Cli.Commands;
using Hauberk.Cli.Output;
using Hauberk.CommandLines;

namespace Hauberk.Cli;

/// <summary>The verbs put together, and what holds for all of them.</summary>
internal static class CommandLine
{
    public static RootCommand Create(Terminal terminal)
    {
        var root = new RootCommand("Operates a Hauberk service mesh: configuration, state, evidence and explanations.")
        {
            ApplyCommand.Create(terminal),
            GetCommand.Create(terminal),
            DeleteCommand.Create(terminal),
            TokenCommand.Create(terminal),
            StatusCommand.Create(terminal),
            FlowsCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            AnalyzeCommand.Create(terminal),
            TestCommand.Create(terminal),
            VersionCommand.Create(terminal),
        };
        foreach (var option in root.Options.OfType<VersionOption>()) option.Action = new VersionCommand.Action(terminal);
        root.Options.Add(CommonOptions.Config);
        return root;
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellation = default)
    {
        var printer = new Printer(terminal);
        var parsed = Create(terminal).Parse(args, UsageError.Parser);
        if (args.Count == 0) return await HelpAsync(terminal, cancellation);
        if (UsageError.Of(parsed, "hauberk") is { } error) return printer.Fail(error.Sentence, error.Advice);
        try
        {
            return await parsed.InvokeAsync(Invocation(terminal), cancellation);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return printer.Fail(e.Message);
        }
        catch (Exception e)
        {
            return printer.Fail($"internal error: {e.GetType().Name}: {e.Message}", "Please report this with the command line that you used.");
        }
    }

    private static async Task<int> HelpAsync(Terminal terminal, CancellationToken cancellation)
    {
        await Create(terminal).Parse(["--help"]).InvokeAsync(Invocation(terminal), cancellation);
        return ExitCode.Unusable;
    }

    private static InvocationConfiguration Invocation(Terminal terminal) =>
        new() { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false };
}
