using System.Collections.Immutable;
using Hauberk.Policy.Reading;

namespace Hauberk.Policy.Testing.Questions;

/// <summary>Claims of a token written as YAML.</summary>
internal static class TokenInput
{
    public static IEnumerable<KeyValuePair<ImmutableArray<string>, ImmutableArray<string>>> Flatten(
        ImmutableArray<KeyValuePair<string, ResourceNode>> claims, ImmutableArray<string> path)
    {
        foreach (var (name, value) in claims)
        {
            if (value is MappingNode inner)
                foreach (var claim in Flatten(inner.Entries, path.Add(name))) yield return claim;
            else if (value is SequenceNode list)
                yield return new(path.Add(name), Texts(list));
            else if (Text(value) is { } text)
                yield return new(path.Add(name), [text]);
        }
    }

    public static ImmutableArray<string> Texts(SequenceNode list) => [.. list.Items.Select(Text).OfType<string>()];

    /// <summary>Null for what is no text: rules compare with texts only.</summary>
    public static string? Text(ResourceNode node) => node is ScalarNode { Kind: ScalarKind.Text } scalar ? scalar.Value : null;
}
