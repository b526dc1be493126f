using System.CommandLine;
using Hauberk.Api.ConfigApi;
using Hauberk.Cli.Output;
using Hauberk.Policy.Reading;

namespace Hauberk.Cli.Commands;

internal static class DeleteCommand
{
    public static Command Create(Terminal terminal)
    {
        var kind = new Argument<string?>("KIND") { Description = KindName.Help, Arity = ArgumentArity.ZeroOrOne };
        var name = new Argument<string?>("NAME") { Description = "Name of the resource.", Arity = ArgumentArity.ZeroOrOne };
        var space = CommonOptions.Namespace();
        var files = CommonOptions.Files("Delete what these files or folders define instead.");
        var missing = new Option<bool>("--ignore-not-found") { Description = "What is not there counts as deleted." };
        var command = new Command("delete", "Delete one resource, or all that files define.") { kind, name, space, files, missing };
        command.Validators.Add(result =>
        {
            var isNamed = result.GetValue(kind) is not null && result.GetValue(name) is not null;
            var hasFiles = result.GetValue(files) is { Length: > 0 };
            if (isNamed == hasFiles || hasFiles && result.GetValue(kind) is not null)
                result.AddError("either KIND and NAME or -f FILE is needed");
        });
        command.SetAction((parsed, cancellation) =>
        {
            var printer = new Printer(terminal);
            var ignoresMissing = parsed.GetValue(missing);
            if (parsed.GetValue(files) is { Length: > 0 } sources)
                return DeleteFilesAsync(terminal, parsed, printer, sources, ignoresMissing, cancellation);
            if (!KindName.TryFind(parsed.GetValue(kind)!, printer, out var found)) return Task.FromResult(ExitCode.Unusable);
            return Session.UseAsync(terminal, parsed, printer, session =>
            {
                var where = found.IsNamespaced ? parsed.GetValue(space) ?? session.Kubeconfig.Namespace : "";
                var target = new Target(found, where, parsed.GetValue(name)!);
                return DeleteAsync(printer, session, [target], ignoresMissing, cancellation);
            });
        });
        return command;
    }

    private static Task<int> DeleteFilesAsync(
        Terminal terminal, ParseResult parsed, Printer printer, string[] sources, bool ignoresMissing, CancellationToken cancellation)
    {
        var manifests = ManifestFiles.Read(sources, terminal);
        if (ProblemOutput.ReportErrors(printer, manifests.Problems))
            return Task.FromResult(printer.Fail("nothing was deleted", "Correct what is listed above and delete again."));
        if (manifests.Resources.IsEmpty) return Task.FromResult(printer.Fail("there is no resource in what -f names"));
        var targets = ApplyCommand.InOrder(manifests.Resources).Reverse()
            .Select(r => new Target(ResourceKinds.Of(r), r.Metadata.Namespace, r.Metadata.Name)).Where(t => t.Kind.IsStored).ToList();
        return Session.UseAsync(terminal, parsed, printer, session => DeleteAsync(printer, session, targets, ignoresMissing, cancellation));
    }

    private static async Task<int> DeleteAsync(
        Printer printer, Session session, IEnumerable<Target> targets, bool ignoresMissing, CancellationToken cancellation)
    {
        var exitCode = ExitCode.Success;
        foreach (var target in targets)
        {
            var answer = await session.Client.DeleteAsync(target.Kind, target.Namespace, target.Name, cancellation);
            foreach (var warning in answer.Warnings) printer.Warning($"{target}: {warning}");
            if (answer.IsSuccess) printer.Line($"{target} deleted");
            else if (ignoresMissing && answer.Problem.Kind == ApiProblemKind.NotFound)
                printer.Line($"{target} ", new("not there", Tone.Quiet));
            else exitCode = ExitCode.Worst(exitCode, session.FailToFind(printer, answer.Problem, target.ToString()));
            if (answer.Problem is { } problem && !Session.IsAnswer(problem.Kind)) return exitCode;
        }
        return exitCode;
    }

    private sealed record Target(ResourceKind Kind, string Namespace, string Name)
    {
        public override string ToString() => Namespace.Length == 0 ? $"{Kind.Name} {Name}" : $"{Kind.Name} {Namespace}/{Name}";
    }
}
