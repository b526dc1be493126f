using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Hauberk.Policy.Testing;

namespace Hauberk.Conformance.Tests;

internal static class ConformanceFolder
{
    public static string Path([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../../conformance"));

    /// <summary>In the order of files and, in a file, of cases.</summary>
    public static ImmutableArray<ConformanceCase> Cases() =>
        [.. Directory.GetFiles(Path(), "*.yaml").Order(StringComparer.Ordinal).SelectMany(CasesOf)];

    private static IEnumerable<ConformanceCase> CasesOf(string file)
    {
        var read = PolicyTestReader.Read(File.ReadAllBytes(file), file, entry =>
        {
            var path = System.IO.Path.Combine(Path(), entry);
            return CheckedReader.Read(File.ReadAllText(path), path);
        });
        Assert.False(read.HasErrors, string.Join('\n', read.Problems));
        return read.Tests.SelectMany(test => test.Cases.Zip(PolicyTestRunner.Run(test), (c, result) => new ConformanceCase(test, c, result)));
    }
}
