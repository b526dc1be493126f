using System.Collections.Immutable;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Cli;

/// <summary>What -f names: files, folders (with all below them) and standard input, read and checked as one.</summary>
/// <param name="Resources">In the order read; none where any problem is an error.</param>
internal sealed record ManifestFiles(ImmutableArray<Resource> Resources, ImmutableArray<PolicyProblem> Problems)
{
    public static ManifestFiles Read(IEnumerable<string> sources, Terminal terminal)
    {
        var resources = ImmutableArray.CreateBuilder<Resource>();
        var problems = ImmutableArray.CreateBuilder<PolicyProblem>();
        foreach (var file in sources.SelectMany(source => SourceFiles.Under(source, problems)).Distinct(StringComparer.Ordinal))
        {
            if (SourceFiles.Bytes(file, terminal, problems) is not { } bytes) continue;
            var read = ResourceReader.Read(bytes, file == SourceFiles.StandardInput ? "standard input" : file);
            resources.AddRange(read.Resources);
            problems.AddRange(read.Problems);
            problems.AddRange(read.Resources.SelectMany(resource => ResourceValidator.Validate(resource)));
        }
        ReportTwins(resources, problems);
        var hasErrors = problems.Any(p => p.Severity == ProblemSeverity.Error);
        return new(hasErrors ? [] : resources.ToImmutable(), problems.ToImmutable());
    }

    /// <summary>Which of two texts for one object holds would depend on the order of files.</summary>
    private static void ReportTwins(IEnumerable<Resource> resources, ImmutableArray<PolicyProblem>.Builder problems)
    {
        var seen = new Dictionary<(string, string), Resource>();
        foreach (var resource in resources)
        {
            var key = (resource.Kind, resource.QualifiedName);
            if (!seen.TryAdd(key, resource))
                problems.Add(SourceFiles.Problem(resource.Document.Position,
                    $"{resource.Kind} {resource.QualifiedName} stands at {seen[key].Document.Position} already"));
        }
    }
}
