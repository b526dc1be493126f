using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>"[a][b]" as its names.</summary>
internal static class BracketPath
{
    /// <returns>Empty where the text is anything else.</returns>
    public static ImmutableArray<string> Parse(string text)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        for (var at = 0; at < text.Length;)
        {
            var close = text.IndexOf(']', at);
            if (text[at] != '[' || close <= at + 1) return [];
            names.Add(text[(at + 1)..close]);
            at = close + 1;
        }
        return names.ToImmutable();
    }
}
