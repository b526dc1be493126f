using System.Text;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Decision.Authorization;
using Hauberk.Policy.Resources;

namespace Hauberk.Fuzz.Targets;

/// <summary>Path normalisation and URI templates. First line of the input: a template; the rest: a request target.</summary>
internal sealed class PathTarget : IFuzzTarget
{
    private static readonly PathNormalization[] Options = Enum.GetValues<PathNormalization>();

    public string Name => "path";

    public void Fuzz(ReadOnlySpan<byte> input)
    {
        var text = Encoding.Latin1.GetString(input);
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        var (written, target) = line < 0 ? ("/{**}", text) : (text[..line], text[(line + 1)..]);
        var template = PathTemplate.TryParse(written, out var parsed, out _) ? parsed : null;
        foreach (var option in Options) Normalize(target, option, template);
    }

    private static void Normalize(string target, PathNormalization option, PathTemplate? template)
    {
        if (!NormalizedPath.TryOf(target, option, out var normalized)) return;
        var path = NormalizedPath.WithoutQuery(normalized);
        template?.Matches(path);
        if (option == PathNormalization.None) return;
        PropertyBrokenException.Unless(!path.Contains('\\'), "a backslash is a slash");
        foreach (var segment in path.Split('/'))
            PropertyBrokenException.Unless(path[segment] is not ("." or ".."), "no dot segment is left");
        if (option is PathNormalization.MergeSlashes or PathNormalization.DecodeAndMergeSlashes)
            PropertyBrokenException.Unless(!path.Contains("//", StringComparison.Ordinal), "no slashes stand together");
    }
}
