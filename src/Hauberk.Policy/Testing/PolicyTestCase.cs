using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Testing;

/// <summary>One question with the answer that it must get.</summary>
/// <param name="Question">"authorize", "mode" ….</param>
/// <param name="ExpectedRule">"namespace/name", with or without "[index]"; null: any.</param>
public sealed record PolicyTestCase(
    string Name, SourcePosition Position, string Question, Expectation Expected, string? ExpectedRule)
{
    /// <summary>The fields of the question as they were written, for others than the engine to answer.</summary>
    public MappingNode Input { get; init; } = MappingNode.Empty;

    /// <summary>The question with its input, waiting for the resources.</summary>
    internal Func<ResourceSet, Answer> Ask { get; init; } = _ => Answer.Error("nothing was asked");
}
