namespace Hauberk.Policy.Decision.Authorization;

/// <summary>A value with the stars of specification 3.4: one leading or one trailing; a leading one is seen first; any other is a letter.</summary>
internal readonly struct ValuePattern
{
    private readonly PatternKind kind;
    private readonly string text;

    private ValuePattern(PatternKind kind, string text) => (this.kind, this.text) = (kind, text);

    public PatternKind Kind => kind;

    /// <summary>Without the star.</summary>
    public string Text => text;

    public static ValuePattern Parse(string value) => value switch
    {
        "*" => new(PatternKind.Presence, ""),
        ['*', ..] => new(PatternKind.Suffix, value[1..]),
        [.., '*'] => new(PatternKind.Prefix, value[..^1]),
        _ => new(PatternKind.Exact, value),
    };

    /// <summary>The value as it stands, stars as letters.</summary>
    public static ValuePattern Exactly(string value) => new(PatternKind.Exact, value);

    public static ValuePattern StartingWith(string text) => new(PatternKind.Prefix, text);

    public bool Matches(ReadOnlySpan<char> value, StringComparison comparison) => kind switch
    {
        PatternKind.Exact => value.Equals(text, comparison),
        PatternKind.Prefix => value.StartsWith(text, comparison),
        PatternKind.Suffix => value.EndsWith(text, comparison),
        _ => !value.IsEmpty,
    };
}
