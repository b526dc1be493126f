using System.Collections.Immutable;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Reading;

/// <summary>The trees of a text that holds something else than resources (a kubeconfig), read with the same bounds and positions.</summary>
/// <param name="Documents">Without empty ones; none where any problem is an error.</param>
public sealed record DocumentTree(ImmutableArray<ResourceNode> Documents, ImmutableArray<PolicyProblem> Problems)
{
    /// <param name="file">Only named in positions.</param>
    public static DocumentTree Read(ReadOnlyMemory<byte> utf8, string file, ReadLimits? limits = null)
    {
        limits ??= ReadLimits.Default;
        var problems = new ProblemCollector(limits.MaxProblems);
        var text = SourceText.Decode(utf8.Span, file, limits, problems);
        var documents = text is null ? [] : YamlTree.Parse(text, file, limits, problems);
        return new(problems.HasErrors ? [] : documents, problems.ToImmutable());
    }
}
