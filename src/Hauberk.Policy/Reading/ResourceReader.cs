using System.Collections.Immutable;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Reading;

/// <summary>
/// Text to typed resources: multi-document YAML and JSON alike. Whatever the input, it costs bounded time and memory
/// and never throws. A source with an error gives no resources at all.
/// </summary>
public static class ResourceReader
{
    /// <param name="file">Only named in positions.</param>
    public static ReadResult Read(ReadOnlyMemory<byte> utf8, string file, ReadLimits? limits = null)
    {
        limits ??= ReadLimits.Default;
        var problems = new ProblemCollector(limits.MaxProblems);
        return Read(SourceText.Decode(utf8.Span, file, limits, problems), file, limits, problems);
    }

    public static ReadResult Read(string text, string file, ReadLimits? limits = null)
    {
        limits ??= ReadLimits.Default;
        var problems = new ProblemCollector(limits.MaxProblems);
        return Read(SourceText.Check(text, file, limits, problems), file, limits, problems);
    }

    /// <summary>A tree that was made or changed in memory, such as the result of a merge patch.</summary>
    public static ReadResult Read(MappingNode document)
    {
        var problems = new ProblemCollector(ReadLimits.Default.MaxProblems);
        return Result([document], problems);
    }

    private static ReadResult Read(string? text, string file, ReadLimits limits, ProblemCollector problems) =>
        text is null ? new([], problems.ToImmutable()) : Result(YamlTree.Parse(text, file, limits, problems), problems);

    private static ReadResult Result(ImmutableArray<ResourceNode> documents, ProblemCollector problems)
    {
        var resources = ImmutableArray.CreateBuilder<Resource>();
        foreach (var document in documents) DocumentReader.Read(document, problems, resources);
        return new(problems.HasErrors ? [] : resources.ToImmutable(), problems.ToImmutable());
    }
}
