using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Decision;

/// <summary>
/// The one form of a path that rules are compared with and that goes on to the application (specification 3.9). The query is left as it is.
/// </summary>
public static class NormalizedPath
{
    // Without any of these there is nothing to do.
    private static readonly SearchValues<char> Suspicious = SearchValues.Create("%\\.");

    /// <param name="target">A path with or without query; "*" stands for the server itself.</param>
    /// <returns>False: no path that may be decided upon; answered with 400.</returns>
    public static bool TryOf(string target, PathNormalization option, [NotNullWhen(true)] out string? normalized)
    {
        ArgumentNullException.ThrowIfNull(target);
        normalized = null;
        var path = WithoutQuery(target);
        if (path.Contains("%00", StringComparison.Ordinal) || (path.Length > 0 && path[0] is not '/' and not '\\' && path is not "*"))
            return false;
        var result = Of(path, option);
        normalized = result is null ? target : string.Concat(result, target.AsSpan(path.Length));
        return true;
    }

    /// <summary>The part that rules see.</summary>
    public static ReadOnlySpan<char> WithoutQuery(ReadOnlySpan<char> target) =>
        target.IndexOfAny('?', '#') is var end and >= 0 ? target[..end] : target;

    // Null: as it is.
    private static string? Of(ReadOnlySpan<char> path, PathNormalization option)
    {
        var merges = option is PathNormalization.MergeSlashes or PathNormalization.DecodeAndMergeSlashes;
        if (option == PathNormalization.None || !(path.ContainsAny(Suspicious) || (merges && path.Contains("//", StringComparison.Ordinal))))
            return null;
        var decoded = Decode(path, option == PathNormalization.DecodeAndMergeSlashes).Replace('\\', '/');
        var plain = WithoutDotSegments(decoded);
        return merges ? WithMergedSlashes(plain) : plain;
    }

    // One pass, so that what an escape yields is never taken for another escape.
    private static string Decode(ReadOnlySpan<char> path, bool decodesSlashes)
    {
        var decoded = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' && i + 2 < path.Length
                && byte.TryParse(path.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet)
                && (IsUnreserved((char)octet) || (decodesSlashes && octet is (byte)'/' or (byte)'\\')))
            {
                decoded.Append((char)octet);
                i += 2;
            }
            else
            {
                decoded.Append(path[i]);
            }
        }
        return decoded.ToString();
    }

    private static bool IsUnreserved(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~';

    // RFC 3986, section 5.2.4, for a path that starts with a slash.
    private static string WithoutDotSegments(string path)
    {
        if (!path.StartsWith('/')) return path;
        var kept = new List<string>();
        var segments = path[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if (segments[i] is not ("." or ".."))
            {
                kept.Add(segments[i]);
                continue;
            }
            if (segments[i] == ".." && kept.Count > 0) kept.RemoveAt(kept.Count - 1);
            if (isLast) kept.Add("");
        }
        return "/" + string.Join('/', kept);
    }

    private static string WithMergedSlashes(string path)
    {
        var merged = new StringBuilder(path.Length);
        foreach (var c in path)
            if (c != '/' || merged.Length == 0 || merged[^1] != '/') merged.Append(c);
        return merged.ToString();
    }
}
