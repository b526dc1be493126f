using System.CommandLine;
using Hauberk.Cli.Output;
using Hauberk.Policy.Resources;

namespace Hauberk.Cli;

/// <summary>The configuration a question is about: that of files where -f is given, else that of the running mesh.</summary>
internal static class MeshSource
{
    public static async Task<int> UseAsync(
        Terminal terminal, ParseResult parsed, Printer printer, string[] files, Func<ConfiguredMesh, Task<int>> verb, CancellationToken cancellation)
    {
        if (files.Length > 0)
        {
            var manifests = ManifestFiles.Read(files, terminal);
            return ProblemOutput.ReportErrors(printer, manifests.Problems)
                ? ExitCode.Unusable
                : await verb(new(SetOf(manifests), manifests.Problems, Session: null));
        }
        return await Session.UseAsync(terminal, parsed, printer, async session =>
        {
            var mesh = await session.Client.ReadMeshAsync(cancellation);
            return mesh.IsSuccess ? await verb(new(mesh.Value, [], session)) : session.Fail(printer, mesh.Problem);
        });
    }

    private static ResourceSet SetOf(ManifestFiles manifests) => new(
        manifests.Resources.Where(resource => resource is not PolicyTestResource),
        manifests.Resources.OfType<MeshConfigResource>().FirstOrDefault());
}
