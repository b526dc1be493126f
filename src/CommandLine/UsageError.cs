using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Hauberk.CommandLines;

/// <summary>What is wrong with a command line, and where to read on: every program says it alike, in two lines, and exits with 2.</summary>
internal sealed record UsageError(string Sentence, string Advice)
{
    /// <summary>No response files: an argument that begins with "@" is an argument.</summary>
    public static ParserConfiguration Parser { get; } = new() { ResponseFileTokenReplacer = null };

    /// <returns>Null: the command line is understood.</returns>
    public static UsageError? Of(ParseResult parsed, string program) =>
        SentenceOf(parsed) is { } sentence ? new(sentence, $"See: {program} {PathOf(parsed)}--help") : null;

    public override string ToString() => $"error: {Sentence}\n{Advice}";

    private static string? SentenceOf(ParseResult parsed) => parsed switch
    {
        { Action: HelpAction } => null,
        _ when UnknownOption(parsed) is { } option => $"Unrecognized command or argument '{option}'",
        { Action: not ParseErrorAction } => null,
        { CommandResult.Command.Subcommands.Count: > 0, UnmatchedTokens: [var word, ..] } => $"\"{word}\" is not a verb",
        { CommandResult.Command.Subcommands.Count: > 0 } => "a verb is missing",
        { Errors: [var first, ..] } => first.Message.TrimEnd('.'),
        _ => "the command line is not understood",
    };

    /// <summary>System.CommandLine takes it for an argument where there is room for one. Behind "--" it is one.</summary>
    private static string? UnknownOption(ParseResult parsed)
    {
        var taken = parsed.CommandResult.Tokens;
        return parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .FirstOrDefault(token => token.Value is ['-', _, ..] && taken.Contains(token))?.Value;
    }

    private static string PathOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result?.Command is not (null or RootCommand); result = result.Parent as CommandResult)
            names.Insert(0, result.Command.Name);
        return string.Concat(names.Select(name => name + " "));
    }
}
