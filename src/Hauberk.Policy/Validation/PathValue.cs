using System.Text.RegularExpressions;
using Hauberk.Policy.Decision.Authorization;

namespace Hauberk.Policy.Validation;

/// <summary>Values of "paths": URI templates (specification 3.10) and plain ones.</summary>
internal static partial class PathValue
{
    /// <returns>What is wrong, or null.</returns>
    public static string? Check(string path)
    {
        if (!PathTemplate.IsTemplate(path))
            return path.AsSpan().ContainsAny('{', '}') ? "Braces in a path may only be {*} or {**}, as a whole segment; no request path holds others." : null;
        if (!PathTemplate.TryParse(path, out _, out var problem)) return $"This is not a path template: {problem}.";
        var literals = path.Trim('/').Replace("{**}", "x", StringComparison.Ordinal).Replace("{*}", "x", StringComparison.Ordinal);
        var wrong = literals.Split('/').FirstOrDefault(segment => !Segment().IsMatch(segment));
        return wrong is null ? null : $"The segment \"{ForeignText.Shown(wrong)}\" may not stand in a path template: letters, digits and -._~%!$&'()+,;:@= only.";
    }

    [GeneratedRegex(@"^[-a-zA-Z0-9._~%!$&'()+,;:@=]+\z")]
    private static partial Regex Segment();
}
