using System.Collections.Immutable;
using System.Globalization;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Reading;

/// <summary>
/// Reads the fields of one mapping and remembers which it was asked for; <see cref="Finish"/> reports the rest.
/// A field of the wrong type is reported and read as absent: the resource is refused anyway.
/// </summary>
internal sealed class MappingReader(ResourceContext context, MappingNode node, string path, UnknownFields unknown)
{
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    public MappingNode Node => node;

    public ResourceContext Context => context;

    public string PathOf(string key) => FieldPath.Field(path, key);

    public bool Has(string key) => Find(key) is not null;

    public string? Text(string key)
    {
        if (Find(key) is not { } value) return null;
        return AsText(value, PathOf(key));
    }

    public string RequiredText(string key)
    {
        if (Find(key) is null) Missing(key);
        return Text(key) ?? "";
    }

    public bool? Boolean(string key)
    {
        if (Find(key) is not { } value) return null;
        if (value is ScalarNode { Kind: ScalarKind.Boolean } scalar) return scalar.Value == "true";
        WrongType(value, PathOf(key), "true or false");
        return null;
    }

    public int? Integer(string key)
    {
        if (Find(key) is not { } value) return null;
        return AsInteger(value, PathOf(key));
    }

    public int RequiredInteger(string key)
    {
        if (Find(key) is null) Missing(key);
        return Integer(key) ?? 0;
    }

    /// <summary>Durations as Istio writes them: "10s", "1m30s", "250ms".</summary>
    public TimeSpan? Duration(string key)
    {
        if (Text(key) is not { } text) return null;
        if (DurationText.TryParse(text, out var duration)) return duration;
        Error(ProblemCodes.WrongType, key, $"\"{ForeignText.Shown(text)}\" is not a duration such as \"10s\" or \"250ms\".");
        return null;
    }

    public T? OneOf<T>(string key, IReadOnlyDictionary<string, T> values) where T : struct
    {
        if (Text(key) is not { } text) return null;
        if (values.TryGetValue(text, out var value)) return value;
        Error(ProblemCodes.UnknownValue, key, $"\"{ForeignText.Shown(text)}\" is not one of {string.Join(", ", values.Keys)}.");
        return null;
    }

    public ImmutableArray<string> Texts(string key) =>
        [.. Items(key).Select((item, i) => AsText(item, FieldPath.Item(PathOf(key), i)) ?? "")];

    public ImmutableDictionary<string, string> TextMap(string key)
    {
        if (Entries(key) is not { } entries) return ImmutableDictionary<string, string>.Empty;
        return entries.DistinctBy(e => e.Key).ToImmutableDictionary(e => e.Key, e => AsText(e.Value, FieldPath.Field(PathOf(key), e.Key)) ?? "");
    }

    public ImmutableDictionary<string, int> IntegerMap(string key)
    {
        if (Entries(key) is not { } entries) return ImmutableDictionary<string, int>.Empty;
        return entries.DistinctBy(e => e.Key).ToImmutableDictionary(e => e.Key, e => AsInteger(e.Value, FieldPath.Field(PathOf(key), e.Key)) ?? 0);
    }

    /// <summary>The entries of a map; null where it is absent.</summary>
    public ImmutableArray<KeyValuePair<string, ResourceNode>>? Entries(string key) => AsMapping(Find(key), PathOf(key))?.Entries;

    /// <summary>Null where absent. The caller finishes what it gets.</summary>
    public MappingReader? Mapping(string key, UnknownFields? inside = null)
    {
        if (AsMapping(Find(key), PathOf(key)) is not { } mapping) return null;
        return new(context, mapping, PathOf(key), inside ?? unknown);
    }

    /// <summary>As <see cref="Mapping"/>, but empty instead of absent.</summary>
    public MappingReader MappingOrEmpty(string key, UnknownFields? inside = null) =>
        Mapping(key, inside) ?? new(context, new MappingNode([], node.Position), PathOf(key), inside ?? unknown);

    public ImmutableArray<T> Mappings<T>(string key, Func<MappingReader, T> read)
    {
        var results = ImmutableArray.CreateBuilder<T>();
        var items = Items(key);
        for (var i = 0; i < items.Length; i++)
        {
            var itemPath = FieldPath.Item(PathOf(key), i);
            if (items[i] is MappingNode mapping) results.Add(read(new(context, mapping, itemPath, unknown)));
            else WrongType(items[i], itemPath, "a mapping");
        }
        return results.ToImmutable();
    }

    /// <summary>Fields that are kept but change nothing here.</summary>
    public void NotEnforced(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            if (Has(key)) context.NotEnforced(node.PositionOf(key), PathOf(key));
    }

    /// <summary>Fields that are nobody's business here.</summary>
    public void Keep(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys) asked.Add(key);
    }

    /// <summary>A field that, were it ignored, would let more traffic in than its writer allowed.</summary>
    public void Refuse(string key, string reason)
    {
        if (Find(key) is not null) Error(ProblemCodes.RefusedField, key, reason);
    }

    public void Error(string code, string key, string message) =>
        context.Problems.Error(code, node.PositionOf(key), PathOf(key), message);

    public void Finish()
    {
        if (unknown == UnknownFields.Kept) return;
        foreach (var (key, _) in node.Entries)
            if (!asked.Contains(key)) Unknown(key, node.PositionOf(key));
    }

    private void Unknown(string key, SourcePosition position)
    {
        if (unknown == UnknownFields.Warned)
            context.Problems.Warn(ProblemCodes.UnknownField, position, PathOf(key), $"The field \"{ForeignText.Shown(key)}\" is not known here and has no effect.");
        else
            context.Problems.Error(ProblemCodes.UnknownSecurityField, position, PathOf(key),
                $"The field \"{ForeignText.Shown(key)}\" is not known here; ignoring a misspelt field could let more traffic in.");
    }

    // Null is absent, as in Kubernetes.
    private ResourceNode? Find(string key)
    {
        asked.Add(key);
        return node.TryGet(key, out var value) && value is not ScalarNode { Kind: ScalarKind.Null } ? value : null;
    }

    private ImmutableArray<ResourceNode> Items(string key)
    {
        var value = Find(key);
        if (value is SequenceNode sequence) return sequence.Items;
        if (value is not null) WrongType(value, PathOf(key), "a list");
        return [];
    }

    private MappingNode? AsMapping(ResourceNode? value, string valuePath)
    {
        if (value is MappingNode mapping) return mapping;
        if (value is not null) WrongType(value, valuePath, "a mapping");
        return null;
    }

    private string? AsText(ResourceNode value, string valuePath)
    {
        if (value is ScalarNode { Kind: ScalarKind.Text } scalar) return scalar.Value;
        WrongType(value, valuePath, value is ScalarNode { Kind: not ScalarKind.Null } ? "text; put it in quotes" : "text");
        return null;
    }

    private int? AsInteger(ResourceNode value, string valuePath)
    {
        if (value is ScalarNode { Kind: ScalarKind.Integer } scalar &&
            int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        WrongType(value, valuePath, "a whole number");
        return null;
    }

    private void WrongType(ResourceNode value, string valuePath, string expected) =>
        context.Problems.Error(ProblemCodes.WrongType, value.Position, valuePath, $"This must be {expected}.");

    private void Missing(string key) =>
        context.Problems.Error(ProblemCodes.MissingField, node.Position, PathOf(key), $"The field \"{key}\" is required.");
}
