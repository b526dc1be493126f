using System.Net;
using System.Text.RegularExpressions;
using CsCheck;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Decision.Authorization;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Tests.Decision;

/// <summary>Beside the table in conformance/: what must hold of every template and every path.</summary>
public sealed class PathTemplateTests
{
    private static readonly Gen<string> Template = Gen.OneOf("/a", "/b", "/{*}", "/{**}", "/", "/.txt").Array[1, 5].Select(string.Concat);
    private static readonly Gen<string> Path = Gen.OneOf("/a", "/b", "/ab", "/", "/.txt", "/%2f", "/é", "/a b").Array[1, 6].Select(string.Concat);

    [Fact]
    public void A_template_matches_as_its_regular_expression() => Gen.Select(Template, Path).Sample((template, path) =>
    {
        if (!PathTemplate.IsTemplate(template) || !PathTemplate.TryParse(template, out var parsed, out _)) return true;
        var regex = Regex.Escape(template).Replace(@"\{\*\*}", ".*", StringComparison.Ordinal)
            .Replace(@"\{\*}", @"[A-Za-z0-9\-._~%!$&'()+,;:@=]+", StringComparison.Ordinal);
        return parsed.Matches(path) == Regex.IsMatch(path, $@"\A{regex}\z", RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }, iter: 20_000);

    [Theory]
    [InlineData("/{*}x")]
    [InlineData("/x{*}")]
    [InlineData("/{*}{**}")]
    [InlineData("/{**}/{*}")]
    [InlineData("/{**}/{**}")]
    [InlineData("/{*}/*")]
    [InlineData("/{*}/{a}")]
    [InlineData("/{*}/}")]
    public void What_is_no_template_is_told(string text) => Assert.False(PathTemplate.TryParse(text, out _, out _));

    [Fact]
    public void Any_text_at_all_is_read_without_a_fault() => Gen.Select(Gen.String, Gen.String).Sample((text, path) =>
    {
        if (PathTemplate.TryParse(text, out var template, out _)) template.Matches(path);
        ValuePattern.Parse(text).Matches(path, StringComparison.Ordinal);
        if (AddressRange.TryParse(text, out var range)) range.Contains(IPAddress.Loopback);
        BracketPath.Parse(text);
        foreach (var option in Enum.GetValues<PathNormalization>()) NormalizedPath.TryOf(path, option, out _);
    }, iter: 20_000);
}
