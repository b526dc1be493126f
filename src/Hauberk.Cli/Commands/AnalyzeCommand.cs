using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Hauberk.Cli.Output;
using Hauberk.Policy.Analysis;
using Hauberk.Policy.Validation;

namespace Hauberk.Cli.Commands;

/// <summary>What is valid and yet hardly what its writer meant. Exits 1 where there is something to look at.</summary>
internal static class AnalyzeCommand
{
    public static Command Create(Terminal terminal)
    {
        var files = CommonOptions.Files("Analyse these files or folders, with no mesh running.");
        var output = CommonOptions.TextOutput();
        var command = new Command("analyze", "Look for configuration that is valid and yet hardly what was meant.") { files, output };
        command.SetAction((parsed, cancellation) =>
        {
            var printer = new Printer(terminal, parsed.FormatOf(output));
            return MeshSource.UseAsync(terminal, parsed, printer, parsed.GetValue(files) ?? [], mesh => Task.FromResult(Report(printer, mesh)), cancellation);
        });
        return command;
    }

    private static int Report(Printer printer, ConfiguredMesh mesh)
    {
        var findings = mesh.Warnings.AddRange(Analyzer.Analyze(mesh.Resources));
        if (!printer.IsTable) printer.Json(json => WriteJson(json, findings, mesh.IsLive));
        else if (findings.IsEmpty) printer.Note("Nothing to look at.");
        else
            foreach (var finding in findings)
                printer.Indented(0, mesh.IsLive ? ProblemOutput.OfLive(finding) : ProblemOutput.Of(finding));
        return findings.IsEmpty ? ExitCode.Success : ExitCode.No;
    }

    private static void WriteJson(Utf8JsonWriter json, ImmutableArray<PolicyProblem> findings, bool isLive)
    {
        json.WriteStartObject();
        json.WriteStartArray("problems");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code);
            json.WriteString("field", finding.FieldPath);
            json.WriteString("message", finding.Message);
            if (!isLive)
            {
                json.WriteString("file", finding.Position.File);
                json.WriteNumber("line", finding.Position.Line);
                json.WriteNumber("column", finding.Position.Column);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
