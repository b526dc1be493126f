using System.Text.Json;
using CsCheck;
using Hauberk.Cli.Output;
using Hauberk.Policy.Reading;

namespace Hauberk.Cli.Tests.Output;

public sealed class YamlTextTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char[' ', '~'], 0, 12],
        OneOf("", "yes", "no", "on", "null", "~", "true", "1", "1.0", "1e3", "0x1f", "-", "? a", "a: b", "#c", " a", "a ", "é", "a\nb", "\t", "1:20", "2026-01-01", "{}", "[]", "*x", "&x", "!x", "%", "@", "`", "'", "\"", "<<", ".inf"));

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth >= 3
        ? Scalar
        : Gen.Frequency(
            (3, Scalar),
            (1, inner.List[0, 3].Select(items => $"[{string.Join(',', items)}]")),
            (2, Gen.Select(Text.HashSet[0, 3], inner.List[3]).Select((keys, values) =>
                $"{{{string.Join(',', keys.Where(k => k != "<<").Zip(values, (k, v) => $"{Quoted(k)}:{v}"))}}}"))));

    private static Gen<string> Scalar => Gen.OneOf(Text.Select(Quoted), OneOf("0", "-7", "1.5", "true", "false", "null"));

    [Fact]
    public void What_is_written_reads_back_as_the_same_value() => Json.Sample(json =>
    {
        var element = JsonElement.Parse($"{{\"x\":{json}}}");
        var yaml = YamlText.Of(element);
        var read = DocumentTree.Read(System.Text.Encoding.UTF8.GetBytes(yaml), "yaml");
        Assert.True(read.Problems.IsEmpty, $"{string.Join('\n', read.Problems)}\n{yaml}");
        Assert.True(JsonElement.DeepEquals(element, JsonElement.Parse(ResourceJson.Write(read.Documents[0]).Span)), $"{element}\n{yaml}");
    }, iter: 3000);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
