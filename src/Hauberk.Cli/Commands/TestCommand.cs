using System.CommandLine;
using Hauberk.Cli.Output;
using Hauberk.Policy.Testing;

namespace Hauberk.Cli.Commands;

/// <summary>Puts PolicyTests to the engine. Exits 0 where every case holds, 1 where one does not, 2 where a file cannot be read or is invalid.</summary>
internal static class TestCommand
{
    public static Command Create(Terminal terminal)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files of PolicyTests, or folders with such files.", Arity = ArgumentArity.OneOrMore };
        var output = CommonOptions.TextOutput();
        var command = new Command("test", "Run policy tests, with no mesh running.") { paths, output };
        command.SetAction(parsed => Run(terminal, new Printer(terminal, parsed.FormatOf(output)), parsed.GetRequiredValue(paths)));
        return command;
    }

    private static int Run(Terminal terminal, Printer printer, string[] paths)
    {
        var files = PolicyTestFiles.Read(paths, terminal);
        if (ProblemOutput.ReportErrors(printer, files.Problems))
            return printer.Fail("no test was run", "Correct what is listed above and test again.");
        if (files.Tests.IsEmpty) return printer.Fail($"there is no PolicyTest in {string.Join(", ", paths)}");
        var results = files.Tests.Select(test => (test.Name, test.File, Results: PolicyTestRunner.Run(test))).ToList();
        var all = results.SelectMany(r => r.Results).ToList();
        if (printer.IsTable)
            foreach (var (name, file, of) in results) PolicyTestOutput.Write(printer, name, file, of);
        PolicyTestOutput.WriteSummary(printer, all);
        return all.All(r => r.Passed) ? ExitCode.Success : ExitCode.No;
    }
}
