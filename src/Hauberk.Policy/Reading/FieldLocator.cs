using System.Globalization;

namespace Hauberk.Policy.Reading;

/// <summary>Where the field of a path stands; where it is absent, the nearest thing around it.</summary>
internal static class FieldLocator
{
    public static SourcePosition Find(MappingNode document, string path) => Walk(document, path).Position;

    /// <summary>Null where the field is absent.</summary>
    public static ResourceNode? FindNode(MappingNode document, string path) => Walk(document, path).Node;

    /// <summary>Given, but with nothing in it: null, {} or [].</summary>
    public static bool IsGivenEmpty(MappingNode document, string path) => FindNode(document, path) switch
    {
        ScalarNode { Kind: ScalarKind.Null } => true,
        MappingNode mapping => mapping.Entries.IsEmpty,
        SequenceNode sequence => sequence.Items.IsEmpty,
        _ => false,
    };

    private static (ResourceNode? Node, SourcePosition Position) Walk(MappingNode document, string path)
    {
        ResourceNode? node = document;
        var position = document.Position;
        var rest = path.AsSpan();
        while (node is { } current && !rest.IsEmpty) (node, position) = Step(current, TakeStep(ref rest), position);
        return (node, position);
    }

    private static (ResourceNode? Node, SourcePosition Position) Step(ResourceNode node, string step, SourcePosition around)
    {
        if (node is MappingNode mapping && mapping.TryGet(step, out var value)) return (value, mapping.PositionOf(step));
        if (node is SequenceNode sequence && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < sequence.Items.Length)
            return (sequence.Items[index], sequence.Items[index].Position);
        return (null, around);
    }

    // ".name", "name" or "[anything]".
    private static string TakeStep(ref ReadOnlySpan<char> rest)
    {
        if (rest[0] == '.') rest = rest[1..];
        var isBracket = rest.Length > 0 && rest[0] == '[';
        var end = isBracket ? rest.IndexOf(']') : rest.IndexOfAny('.', '[');
        if (end < 0) end = rest.Length;
        var step = rest[(isBracket ? 1 : 0)..end].ToString();
        rest = rest[Math.Min(end + (isBracket ? 1 : 0), rest.Length)..];
        return step;
    }
}
