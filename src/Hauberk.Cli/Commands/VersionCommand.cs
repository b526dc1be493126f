using System.CommandLine;
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
            if (printer.IsTable) printer.Line($"hauberk {Current}");
            else printer.Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("version", Current);
                json.WriteEndObject();
            });
            return ExitCode.Success;
        });
        return command;
    }

    internal static string Current { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
