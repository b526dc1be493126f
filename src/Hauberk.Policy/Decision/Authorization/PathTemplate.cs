using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>
/// A URI template (specification 3.10): "{*}" is one segment, "{**}" any rest, slashes included, as the last operator; a literal may follow
/// it.
/// </summary>
internal sealed class PathTemplate
{
    private const string OneSegment = "{*}";
    private const string AnyRest = "{**}";

    private static readonly SearchValues<char> SegmentCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%!$&'()+,;:@=");

    // Literals around the operators: head {*} next {*} … last, and what follows {**}.
    private readonly ImmutableArray<string> literals;
    private readonly string? suffix;

    private PathTemplate(ImmutableArray<string> literals, string? suffix) => (this.literals, this.suffix) = (literals, suffix);

    public static bool IsTemplate(string value) =>
        value.Contains(OneSegment, StringComparison.Ordinal) || value.Contains(AnyRest, StringComparison.Ordinal);

    public static bool TryParse(string value, [NotNullWhen(true)] out PathTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = null;
        problem = Check(value);
        if (problem is not null) return false;
        var rest = value.IndexOf(AnyRest, StringComparison.Ordinal);
        var suffix = rest < 0 ? null : value[(rest + AnyRest.Length)..];
        template = new([.. (rest < 0 ? value : value[..rest]).Split(OneSegment)], suffix);
        return true;
    }

    public bool Matches(ReadOnlySpan<char> path)
    {
        if (!Consume(ref path, literals[0])) return false;
        for (var i = 1; i < literals.Length; i++)
        {
            var length = path.IndexOfAnyExcept(SegmentCharacters);
            if (length < 0) length = path.Length;
            // A whole segment: at least one character, and then the literal that starts with a slash, or the end.
            if (length == 0) return false;
            path = path[length..];
            if (!Consume(ref path, literals[i])) return false;
        }
        return suffix is null ? path.IsEmpty : path.EndsWith(suffix, StringComparison.Ordinal);
    }

    private static bool Consume(ref ReadOnlySpan<char> path, string literal)
    {
        if (!path.StartsWith(literal, StringComparison.Ordinal)) return false;
        path = path[literal.Length..];
        return true;
    }

    private static string? Check(string value)
    {
        var rest = value.IndexOf(AnyRest, StringComparison.Ordinal);
        if (rest >= 0 && IsTemplate(value[(rest + AnyRest.Length)..]))
            return "no operator may follow {**}";
        var literals = value.Replace(AnyRest, OneSegment, StringComparison.Ordinal).Split(OneSegment);
        if (literals.Any(l => l.AsSpan().ContainsAny('{', '}', '*')))
            return "a template may hold '{', '}' and '*' only in {*} and {**}";
        return value.Split('/').Any(s => s.Contains(OneSegment, StringComparison.Ordinal) && s != OneSegment)
            ? "{*} must be a whole segment"
            : null;
    }
}
