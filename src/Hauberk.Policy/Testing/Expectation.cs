using System.Collections.Immutable;
using Hauberk.Policy.Reading;

namespace Hauberk.Policy.Testing;

/// <summary>An answer as a test expects it: a word, the fields of a map that matter, or a set.</summary>
public sealed record Expectation
{
    private readonly ImmutableSortedDictionary<string, string>? fields;

    private Expectation(string text, ImmutableSortedDictionary<string, string>? fields) => (Text, this.fields) = (text, fields);

    public string Text { get; }

    /// <summary>Null for a node that is no expectation.</summary>
    internal static Expectation? Of(ResourceNode node) => node switch
    {
        ScalarNode { Kind: not ScalarKind.Null } scalar => new(scalar.Value, null),
        SequenceNode list when list.Items.All(i => i is ScalarNode) => new(SetText(list.Items.Select(i => ((ScalarNode)i).Value)), null),
        MappingNode map when map.Entries.All(e => e.Value is ScalarNode) => OfMap(map),
        _ => null,
    };

    public bool Fits(Answer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.IsError) return false;
        if (fields is null) return answer.Fields is null && Text == answer.Text;
        return answer.Fields is { } actual && fields.All(f => actual.TryGetValue(f.Key, out var value) && value == f.Value);
    }

    /// <summary>A set of identities as text: sorted, each with its scheme.</summary>
    internal static string SetText(IEnumerable<string> identities) => "[" + string.Join(", ",
        identities.Select(i => i.Contains("://", StringComparison.Ordinal) ? i : "spiffe://" + i).Distinct().Order(StringComparer.Ordinal)) + "]";

    private static Expectation OfMap(MappingNode map)
    {
        var fields = map.Entries.ToImmutableSortedDictionary(e => e.Key, e => ((ScalarNode)e.Value).Value, StringComparer.Ordinal);
        return new("{" + string.Join(", ", fields.Select(f => $"{f.Key}: {f.Value}")) + "}", fields);
    }
}
