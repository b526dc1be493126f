using System.CommandLine;
using Hauberk.CommandLines;

namespace Hauberk.Sidecar.Commands;

/// <summary>The verbs put together, and what holds for all of them.</summary>
internal static class CommandLine
{
    private const string Program = "hauberk-sidecar";

    /// <param name="args">Everything behind the first "--" is the command to supervise, whatever it looks like.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var split = Array.IndexOf(args, "--");
        var own = split < 0 ? args : args[..split];
        string[] command = split < 0 ? [] : args[(split + 1)..];
        var root = new RootCommand("The sidecar of a Hauberk mesh: mutual TLS for one workload.")
        {
            RunCommand.Create(options => SidecarProgram.RunAsync(options, own, command)),
            CaptureCommand.Create(),
        };
        var parsed = root.Parse(own, UsageError.Parser);
        if (own.Length > 0 && UsageError.Of(parsed, Program) is { } error)
        {
            Console.Error.WriteLine(error);
            return ExitCodes.CannotStart;
        }
        if (own.Length == 0)
            parsed = root.Parse(["--help"]);
        // The program takes its signals itself.
        var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return own.Length == 0 ? ExitCodes.CannotStart : exitCode;
    }
}
