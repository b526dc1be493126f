using System.Diagnostics.CodeAnalysis;
using Hauberk.Identity;

namespace Hauberk.Policy.Testing.Questions;

/// <summary>A SPIFFE ID in a question, with or without its scheme.</summary>
internal static class IdentityInput
{
    public static bool TryParse(string text, [NotNullWhen(true)] out SpiffeId? id, [NotNullWhen(false)] out Answer? problem)
    {
        var uri = text.StartsWith("spiffe://", StringComparison.Ordinal) ? text : "spiffe://" + text;
        problem = SpiffeId.TryParse(uri, out id, out var why) ? null : Answer.Error($"No such identity can be: {why.Message}.");
        return problem is null;
    }
}
