using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Hauberk.Policy.Decision;

/// <summary>
/// The claims of a token that somebody has validated, as rules see them: text only, lists as their elements, nested objects by path.
/// </summary>
public sealed class TokenClaims
{
    private static readonly ImmutableHashSet<string> SpaceSeparated = ["scope", "permission"];

    private readonly FrozenDictionary<string, ImmutableArray<string>> values;

    /// <param name="claims">Each claim's path from the top (["realm", "roles"]) with its text or texts. A claim of another type is left out.</param>
    public TokenClaims(IEnumerable<KeyValuePair<ImmutableArray<string>, ImmutableArray<string>>> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        values = claims.ToFrozenDictionary(c => KeyOf(c.Key), c => Split(c.Key, c.Value), StringComparer.Ordinal);
        Issuer = Single("iss");
        Subject = Single("sub");
    }

    public string? Issuer { get; }

    public string? Subject { get; }

    /// <summary>"iss/sub"; null where either is missing.</summary>
    public string? Principal => Issuer is null || Subject is null ? null : $"{Issuer}/{Subject}";

    /// <param name="key">Of <see cref="KeyOf"/>.</param>
    internal ImmutableArray<string> Values(string key) => values.TryGetValue(key, out var found) ? found : [];

    // No claim name holds a NUL, so paths cannot run into each other.
    internal static string KeyOf(ImmutableArray<string> path) => string.Join('\0', path);

    private string? Single(string claim) => Values(claim) is [{ Length: > 0 } only] ? only : null;

    private static ImmutableArray<string> Split(ImmutableArray<string> path, ImmutableArray<string> texts) =>
        path is [var top] && SpaceSeparated.Contains(top)
            ? [.. texts.SelectMany(t => t.Split(' ', StringSplitOptions.RemoveEmptyEntries))]
            : texts;
}
