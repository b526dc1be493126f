using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using Hauberk.Cli.Output;

namespace Hauberk.Cli.Commands;

internal static class VersionCommand
{
    public static Command Create(Terminal terminal)
    {
        var output = CommonOptions.TextOutput();
        var command = new Command("version", "Print the version of this program; \"status\" tells the control plane's.") { output };
        command.SetAction(parsed =>
        {
            var printer = new Printer(terminal, parsed.FormatOf(output));
            if (printer.IsTable) return Print(printer);
            printer.Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("version", Current);
                json.WriteEndObject();
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static int Print(Printer printer)
    {
        printer.Line($"hauberk {Current}");
        return ExitCode.Success;
    }

    /// <summary>What --version does: the same.</summary>
    internal sealed class Action(Terminal terminal) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult) => Print(new Printer(terminal));
    }

    internal static string Current { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
