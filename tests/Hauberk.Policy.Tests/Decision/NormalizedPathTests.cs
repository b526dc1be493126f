using CsCheck;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Tests.Decision;

/// <summary>Beside the table in conformance/: what must hold of every path.</summary>
public sealed class NormalizedPathTests
{
    private static readonly Gen<string> Path = Gen.OneOf("/", "a", "b", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", "%61", "%25", "%", "?", "//", "é").Array[0, 12]
        .Select(parts => "/" + string.Concat(parts));

    [Theory]
    [InlineData(PathNormalization.Base)]
    [InlineData(PathNormalization.MergeSlashes)]
    [InlineData(PathNormalization.DecodeAndMergeSlashes)]
    public void No_dot_segment_no_backslash_and_the_query_stay(PathNormalization option) => Path.Sample(path =>
    {
        if (!NormalizedPath.TryOf(path, option, out var normal)) return path.Contains("%00", StringComparison.Ordinal);
        var rules = NormalizedPath.WithoutQuery(normal).ToString();
        var query = path[NormalizedPath.WithoutQuery(path).Length..];
        return rules.StartsWith('/') && !rules.Split('/').Any(s => s is "." or "..") && !rules.Contains('\\', StringComparison.Ordinal)
            && normal.EndsWith(query, StringComparison.Ordinal)
            && (option == PathNormalization.Base || !rules.Contains("//", StringComparison.Ordinal));
    }, iter: 20_000);

    [Fact]
    public void A_path_that_is_normal_costs_nothing()
    {
        const string Normal = "/a/b?c=%61";
        Assert.True(NormalizedPath.TryOf(Normal, PathNormalization.Base, out var normalized));
        Assert.Same(Normal, normalized);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("http://x/a")]
    [InlineData("/a%00")]
    public void What_is_no_path_is_refused(string target) => Assert.False(NormalizedPath.TryOf(target, PathNormalization.None, out _));
}
