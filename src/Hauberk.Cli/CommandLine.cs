using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Hauberk.Cli.Commands;
using Hauberk.Cli.Output;

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
        // No response files: an argument that begins with "@" is an argument.
        var parsed = Create(terminal).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (args.Count == 0) return await HelpAsync(terminal, cancellation);
        if (parsed.Action is ParseErrorAction) return printer.Fail(Sentence(parsed), $"See: hauberk {PathOf(parsed)}--help");
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

    private static string Sentence(ParseResult parsed) => parsed switch
    {
        { CommandResult.Command.Subcommands.Count: > 0, UnmatchedTokens: [var word, ..] } => $"\"{word}\" is not a verb",
        { CommandResult.Command.Subcommands.Count: > 0 } => "a verb is missing",
        { Errors: [var first, ..] } => first.Message.TrimEnd('.'),
        _ => "the command line is not understood",
    };

    private static string PathOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result?.Command is not (null or RootCommand); result = result.Parent as CommandResult)
            names.Insert(0, result.Command.Name);
        return string.Concat(names.Select(name => name + " "));
    }
}
