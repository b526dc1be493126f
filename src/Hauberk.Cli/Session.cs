using System.CommandLine;
using Hauberk.Api.ConfigApi;
using Hauberk.Cli.Output;

namespace Hauberk.Cli;

/// <summary>The control plane that the command line or the environment names, and how to say that something went wrong with it.</summary>
internal sealed record Session(ConfigApiClient Client, Kubeconfig Kubeconfig, string KubeconfigPath)
{
    public const string EnvironmentVariable = "HAUBERK_CONFIG";

    /// <summary>Runs a verb that needs the control plane.</summary>
    public static async Task<int> UseAsync(Terminal terminal, ParseResult parsed, Printer printer, Func<Session, Task<int>> verb)
    {
        var path = PathOf(parsed.GetValue(CommonOptions.Config), terminal.Environment);
        if (!Kubeconfig.TryLoad(path, out var kubeconfig, out var problem))
            return printer.Fail(problem.ToString(), File.Exists(path) ? null : WhereFrom);
        using var client = new ConfigApiClient(kubeconfig, terminal.Clock);
        return await verb(new(client, kubeconfig, path));
    }

    private const string WhereFrom =
        "Copy admin.kubeconfig from the control plane's state directory, then name it with --config FILE or in $HAUBERK_CONFIG.";

    /// <summary>The first of --config, $HAUBERK_CONFIG and ~/.config/hauberk/config that is given.</summary>
    internal static string PathOf(string? option, Func<string, string?> environment)
    {
        if (option is { Length: > 0 }) return option;
        if (environment(EnvironmentVariable) is { Length: > 0 } named) return named;
        var home = environment("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(environment("HOME") ?? "", ".config");
        return Path.Combine(home, "hauberk", "config");
    }

    /// <summary>Says what the control plane refused or why it was not reached.</summary>
    /// <param name="subject">What was being done, where the message alone does not say it: "PeerAuthentication pay/default".</param>
    public int Fail(Printer printer, ApiProblem problem, string? subject = null) =>
        printer.Fail(Describe(problem, subject), NextStep(problem.Kind), IsAnswer(problem.Kind) ? ExitCode.No : ExitCode.Unusable);

    /// <summary>For a verb about one object, where "not found" can mean nothing else.</summary>
    public int FailToFind(Printer printer, ApiProblem problem, string subject) =>
        Fail(printer, problem.Kind == ApiProblemKind.NotFound ? problem with { Message = "not found" } : problem, subject);

    /// <summary>True where the control plane was asked and said no; false where it could not be asked: to go on makes no sense.</summary>
    public static bool IsAnswer(ApiProblemKind kind) => kind is
        ApiProblemKind.NotFound or ApiProblemKind.Conflict or ApiProblemKind.Invalid or ApiProblemKind.Forbidden or ApiProblemKind.Gone;

    private static string Describe(ApiProblem problem, string? subject)
    {
        var text = subject is null ? problem.Message : $"{subject}: {problem.Message}";
        // A Status repeats its causes in the message where there is one; a list is worth its lines only when there are more.
        foreach (var cause in problem.Causes)
            if (!problem.Message.Contains(cause.Message, StringComparison.Ordinal))
                text += $"\n  {(cause.Field.Length == 0 ? "" : cause.Field + ": ")}{cause.Message}";
        return text;
    }

    private string? NextStep(ApiProblemKind kind) => kind switch
    {
        ApiProblemKind.Unreachable or ApiProblemKind.TimedOut =>
            $"Check that hauberk-control-plane runs at {Kubeconfig.Server.Authority}, or correct \"server\" in {KubeconfigPath}.",
        ApiProblemKind.Untrusted =>
            "Nothing was sent. If the control plane was set up anew, copy its admin.kubeconfig again; "
            + $"if its trust domain is not {Kubeconfig.Roots.TrustDomain}, the kubeconfig must say so.",
        ApiProblemKind.Unauthenticated =>
            $"The credential in {KubeconfigPath} is not accepted: copy a current admin.kubeconfig from the control plane.",
        ApiProblemKind.Forbidden => "Ask for a credential with the right to do this.",
        ApiProblemKind.ServerError => "Look into the log of hauberk-control-plane.",
        ApiProblemKind.Malformed => $"Check that {Kubeconfig.Server.Authority} is the config API, and of a version that fits.",
        ApiProblemKind.TooLarge => "Ask for less: one namespace, or a smaller limit.",
        _ => null,
    };
}
