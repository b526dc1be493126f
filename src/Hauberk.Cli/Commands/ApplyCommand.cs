using System.CommandLine;
using Hauberk.Api.ConfigApi;
using Hauberk.Cli.Output;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Cli.Commands;

/// <summary>Makes the mesh's configuration what files say. All is checked here first; with one error in any file nothing is sent.</summary>
internal static class ApplyCommand
{
    // What restricts goes before what it restricts, so that a run that stops half-way leaves the mesh too strict rather than too open.
    private static readonly string[] Order =
    [
        "Namespace", "MeshConfig", "PeerAuthentication", "AuthorizationPolicy", "RequestAuthentication", "DestinationRule",
        "Service", "ServiceEntry", "WorkloadGroup", "WorkloadEntry",
    ];

    public static Command Create(Terminal terminal)
    {
        var files = CommonOptions.Files("Files or folders of resources, \"-\" for standard input; may be given several times.");
        files.Required = true;
        var command = new Command("apply", "Create or update resources from files; nothing is sent if any of them has an error.") { files };
        command.SetAction((parsed, cancellation) =>
        {
            var printer = new Printer(terminal);
            var manifests = ManifestFiles.Read(parsed.GetRequiredValue(files), terminal);
            if (ProblemOutput.Report(printer, manifests.Problems))
                return Task.FromResult(printer.Fail("nothing was applied", "Correct what is listed above and apply again."));
            if (manifests.Resources.IsEmpty) return Task.FromResult(printer.Fail("there is no resource in what -f names"));
            return Session.UseAsync(terminal, parsed, printer, session => RunAsync(printer, session, manifests, cancellation));
        });
        return command;
    }

    /// <summary>In the order in which resources are created; what is removed goes the other way round.</summary>
    internal static IEnumerable<Resource> InOrder(IEnumerable<Resource> resources) => resources.OrderBy(r => Array.IndexOf(Order, r.Kind));

    private static async Task<int> RunAsync(Printer printer, Session session, ManifestFiles manifests, CancellationToken cancellation)
    {
        var exitCode = ExitCode.Success;
        var said = manifests.Problems.Select(p => p.Message).ToHashSet(StringComparer.Ordinal);
        foreach (var resource in InOrder(manifests.Resources))
        {
            if (!ResourceKinds.Of(resource).IsStored)
            {
                printer.Note($"{Subject(resource)} left out: it is not part of the mesh's configuration");
                continue;
            }
            var outcome = await session.Client.ApplyAsync(resource, cancellation);
            // The control plane sees what was said already with its place in the file, and the same of many resources.
            foreach (var warning in outcome.Warnings.Where(w => !said.Any(w.Contains) && said.Add(w)))
                printer.Warning($"{Subject(resource)}: {warning}");
            if (outcome.IsSuccess)
            {
                printer.Line($"{Subject(resource)} ", ToneOf(outcome.Value));
                continue;
            }
            exitCode = ExitCode.Worst(exitCode, session.Fail(printer, outcome.Problem, Subject(resource)));
            if (!Session.IsAnswer(outcome.Problem.Kind)) return exitCode;
        }
        return exitCode;
    }

    internal static string Subject(Resource resource) => $"{resource.Kind} {resource.QualifiedName}";

    private static Cell ToneOf(ApplyOutcome outcome) => outcome switch
    {
        ApplyOutcome.Created => new("created", Tone.Good),
        ApplyOutcome.Configured => new("configured", Tone.Good),
        _ => new("unchanged", Tone.Quiet),
    };
}
