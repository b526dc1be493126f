using System.Text.RegularExpressions;

namespace Hauberk.Policy.Validation;

/// <summary>The syntax of URI templates in "paths" (specification 3.10).</summary>
internal static partial class PathTemplate
{
    private const string One = "{*}";
    private const string Any = "{**}";

    public static bool IsTemplate(string path) =>
        path.Contains(One, StringComparison.Ordinal) || path.Contains(Any, StringComparison.Ordinal);

    /// <returns>What is wrong, or null. A path with braces that form no operator is wrong too: no request path can match it.</returns>
    public static string? Check(string path)
    {
        var isTemplate = IsTemplate(path);
        var anySeen = false;
        foreach (var segment in path.Trim('/').Split('/'))
        {
            if (segment is One or Any)
            {
                if (anySeen) return "In a path template {**} must be the last operator.";
                anySeen = segment == Any;
            }
            else if (segment.AsSpan().ContainsAny('{', '}'))
                return "Braces in a path may only be {*} or {**}, as a whole segment.";
            else if (isTemplate && !Literal().IsMatch(segment))
                return $"The segment \"{ForeignText.Shown(segment)}\" may not stand in a path template: letters, digits and -._~%!$&'()+,;:@= only.";
        }
        return null;
    }

    [GeneratedRegex(@"^[-a-zA-Z0-9._~%!$&'()+,;:@=]+\z")]
    private static partial Regex Literal();
}
