using System.Collections.Immutable;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Testing;
using Hauberk.Policy.Validation;

namespace Hauberk.Cli;

/// <summary>The tests that paths name, with the resources that they name in turn.</summary>
internal sealed record PolicyTestFiles(ImmutableArray<PolicyTest> Tests, ImmutableArray<PolicyProblem> Problems)
{
    public static PolicyTestFiles Read(IEnumerable<string> paths, Terminal terminal)
    {
        var tests = ImmutableArray.CreateBuilder<PolicyTest>();
        var problems = ImmutableArray.CreateBuilder<PolicyProblem>();
        foreach (var path in paths)
            foreach (var file in SourceFiles.Under(path, problems))
            {
                if (SourceFiles.Bytes(file, terminal, problems) is not { } bytes) continue;
                // Tests lie beside policies: in a folder only files that speak of tests are meant, a file that is named is.
                if (file != path && bytes.Span.IndexOf("PolicyTest"u8) < 0) continue;
                var read = PolicyTestReader.Read(bytes, file, entry => Load(file, entry, terminal));
                tests.AddRange(read.Tests);
                problems.AddRange(read.Problems);
            }
        return new(tests.ToImmutable(), problems.ToImmutable());
    }

    private static ReadResult Load(string testFile, string entry, Terminal terminal)
    {
        // Never just the entry: "-" would mean standard input.
        var folder = Path.GetDirectoryName(testFile) is { Length: > 0 } given ? given : ".";
        var manifests = ManifestFiles.Read([Path.Combine(folder, entry)], terminal);
        return new([.. manifests.Resources.Where(r => r is not PolicyTestResource)], manifests.Problems);
    }
}
