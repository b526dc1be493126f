using System.CommandLine;
using Hauberk.Cli.Output;

namespace Hauberk.Cli;

/// <summary>Options that mean the same wherever they appear.</summary>
internal static class CommonOptions
{
    public static Option<string?> Config { get; } = new("--config")
    {
        Description = "Kubeconfig of the control plane. Default: $HAUBERK_CONFIG, then ~/.config/hauberk/config.",
        HelpName = "FILE",
        Recursive = true,
    };

    public static Option<string?> Namespace(string description = "Namespace. Default: that of the kubeconfig's context.") =>
        new("--namespace", "-n") { Description = description, HelpName = "NS" };

    public static Option<string[]> Files(string description) => new("--filename", "-f")
    {
        Description = description,
        HelpName = "FILE|DIR|-",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<string> Output(params OutputFormat[] formats) => Output([.. formats.Select(f => f.ToString().ToLowerInvariant())]);

    /// <summary>For verbs whose output for people is no table.</summary>
    public static Option<string> TextOutput() => Output(["text", "json"]);

    private static Option<string> Output(string[] names)
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = "Format of the output.",
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => names[0],
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var given, ..] && !names.Contains(given.Value, StringComparer.Ordinal))
                result.AddError($"--output must be {string.Join(", ", names[..^1])} or {names[^1]}, not \"{given.Value}\"");
        });
        return option;
    }

    public static OutputFormat FormatOf(this ParseResult parsed, Option<string> option) => parsed.GetValue(option) switch
    {
        "json" => OutputFormat.Json,
        "yaml" => OutputFormat.Yaml,
        _ => OutputFormat.Table,
    };
}
