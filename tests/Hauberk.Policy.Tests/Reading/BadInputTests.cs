using System.Diagnostics;
using System.Text;
using CsCheck;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Tests.Reading;

public sealed class BadInputTests
{
    private const string Namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";

    public static TheoryData<string, string, int> BadText => new()
    {
        { "a: [", ProblemCodes.Syntax, 2 },
        { "a: b: c", ProblemCodes.Syntax, 1 },
        { "a: 1\n b: 2", ProblemCodes.Syntax, 2 },
        { "{\"a\": 1", ProblemCodes.Syntax, 2 },
        { "%YAML 1.2\n---\n" + Namespace, ProblemCodes.Syntax, 1 },
        { "\ufeff%a\tb", ProblemCodes.Syntax, 1 },
        { Namespace + "---\r\n%TAG ! x\r\n", ProblemCodes.Syntax, 5 },
        // A parser's whole buffer: it never found the end.
        { "%a\t" + new string('b', 1021), ProblemCodes.Syntax, 1 },
        { "just words", ProblemCodes.NotAResource, 1 },
        { "- a", ProblemCodes.NotAResource, 1 },
        { "a: &x 1\nb: *x", ProblemCodes.Anchor, 1 },
        { "a: *x", ProblemCodes.Anchor, 1 },
        { "<<: {a: b}", ProblemCodes.Anchor, 1 },
        { "a: 1\nb: 2\na: 3", ProblemCodes.DuplicateKey, 3 },
        { "{\"a\": 1, \"a\": 2}", ProblemCodes.DuplicateKey, 1 },
        { "? [a]\n: b", ProblemCodes.KeyNotText, 1 },
        { "~: b", ProblemCodes.KeyNotText, 1 },
        { "true: b", ProblemCodes.KeyNotText, 1 },
        { "a: !!binary aGk=", ProblemCodes.Tag, 1 },
        { "a: !secret b", ProblemCodes.Tag, 1 },
        { "a: b\nc: d\0e", ProblemCodes.Encoding, 2 },
        { "a: \u001b[31m", ProblemCodes.Encoding, 1 },
        { "a: 'b\u2028c'", ProblemCodes.Encoding, 1 },
        { "a: \ud800", ProblemCodes.Encoding, 1 },
        { "kind: Namespace\nmetadata: {name: a}", ProblemCodes.MissingField, 1 },
        { "apiVersion: v1\nkind: Pod\nmetadata: {name: a}", ProblemCodes.UnknownKind, 2 },
        { "apiVersion: example.com/v1\nkind: PeerAuthentication\nmetadata: {name: a}", ProblemCodes.UnknownKind, 2 },
        { "apiVersion: security.istio.io/v2\nkind: PeerAuthentication\nmetadata: {name: a}", ProblemCodes.VersionNotSupported, 1 },
        { "apiVersion: networking.istio.io/v1\nkind: EnvoyFilter\nmetadata: {name: a}", ProblemCodes.KindNotSupported, 2 },
        { "apiVersion: v1\nkind: Namespace\nmetadata: {}", ProblemCodes.MissingField, 3 },
        { "apiVersion: v1\nkind: Namespace\nmetadata: {name: 1}", ProblemCodes.WrongType, 3 },
        { "apiVersion: v1\nkind: List", ProblemCodes.MissingField, 1 },
    };

    [Theory, MemberData(nameof(BadText))]
    public void Bad_text_is_refused_with_code_and_line(string text, string code, int line)
    {
        var result = ResourceReader.Read(text, "f.yaml");

        Assert.Contains(result.Problems, p => p.Code == code && p.Severity == ProblemSeverity.Error && p.Position.Line == line && p.Position.Column > 0);
        Assert.Empty(result.Resources);
    }

    [Fact]
    public void Invalid_utf8_is_refused_at_its_byte()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("a: é\nb: "), 0xC3, 0x28];

        var problem = Assert.Single(ResourceReader.Read(bytes, "f.yaml").Problems);

        Assert.Equal((ProblemCodes.Encoding, new SourcePosition("f.yaml", 2, 4)), (problem.Code, problem.Position));
    }

    [Fact]
    public void A_hundred_megabytes_are_refused_unread()
    {
        var bytes = new byte[100_000_000];
        var before = GC.GetAllocatedBytesForCurrentThread();

        var problem = Assert.Single(ResourceReader.Read(bytes, "f.yaml").Problems);

        Assert.Equal(ProblemCodes.TooLarge, problem.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Ten_thousand_levels_are_refused_at_the_limit(string opening)
    {
        var text = string.Concat(Enumerable.Repeat(opening, 10_000));

        var problem = Assert.Single(ResourceReader.Read(text, "f.yaml").Problems);

        Assert.Contains(problem.Code, (string[])[ProblemCodes.TooDeep, ProblemCodes.Syntax]);
    }

    [Fact]
    public void Nesting_up_to_the_limit_is_read()
    {
        static string Nested(int depth) => $"{Namespace}x: {new string('[', depth)}{new string(']', depth)}";

        Assert.False(ResourceReader.Read(Nested(63), "f.yaml").HasErrors);
        Assert.Equal(ProblemCodes.TooDeep, Assert.Single(ResourceReader.Read(Nested(64), "f.yaml").Problems).Code);
    }

    [Fact]
    public void Laughing_anchors_are_refused_at_the_first()
    {
        var text = new StringBuilder("a0: &a0 [lol, lol]\n");
        for (var i = 1; i < 40; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");

        var problem = Assert.Single(ResourceReader.Read(text.ToString(), "f.yaml").Problems);

        Assert.Equal((ProblemCodes.Anchor, 1), (problem.Code, problem.Position.Line));
    }

    [Fact]
    public void More_values_than_the_limit_are_refused()
    {
        var text = "a: [" + string.Concat(Enumerable.Repeat("1,", 600_000)) + "]";

        Assert.Equal(ProblemCodes.TooManyNodes, Assert.Single(ResourceReader.Read(text, "f.yaml").Problems).Code);
    }

    [Fact]
    public void Problems_are_bounded_and_the_rest_counted()
    {
        var text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"x{i}: 1\n"));

        var problems = ResourceReader.Read(text, "f.yaml").Problems;

        Assert.Equal(101, problems.Length);
        Assert.Equal("900 more problems are not shown.", problems[^1].Message);
    }

    // Sizes near the limit, in shapes that make naive scanners quadratic.
    [Theory]
    [InlineData("a: ", "b")]
    [InlineData("", "a ")]
    [InlineData("", "- a\n")]
    [InlineData("", "? ")]
    [InlineData("a: \"", "\\\\")]
    [InlineData("a: |\n", " x\n")]
    [InlineData("", "---\n")]
    [InlineData("", "# c\n")]
    [InlineData("", "\n")]
    [InlineData("[", "[],")]
    [InlineData("[", "a: b,")]
    [InlineData("{", "\"")]
    [InlineData("", "%A b\n")]
    [InlineData("", "!a ")]
    [InlineData("", "\t")]
    [InlineData("", "'")]
    public void Large_documents_end_in_bounded_time(string start, string repeated)
    {
        var text = start + string.Concat(Enumerable.Repeat(repeated, 4_000_000 / repeated.Length));
        var watch = Stopwatch.StartNew();

        ResourceReader.Read(text, "f.yaml");

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    private static readonly string[] Snippets =
    [
        "a", ": ", "\n", "- ", "? ", "[", "]", "{", "}", ",", "\"", "'", "|", ">", "&a", "*a", "!", "!!str ", "#", "%YAML 1.2\n", "---\n", "...\n",
        "\t", " ", "  ", "\r", "\u0085", "\u2028", "é", "😀", "~", "0x1", "1e3", ".5", "<<", "@", "`", "\\u12", "\\", "=",
        "apiVersion: v1\n", "kind: List\n", "items:\n",
    ];

    [Fact]
    public void Random_bytes_never_throw() =>
        Gen.Byte.Array[0, 400].Sample(bytes => Explained(ResourceReader.Read(bytes, "f.yaml")), iter: 10_000);

    [Fact]
    public void Random_yaml_pieces_never_throw() =>
        Gen.Int[0, Snippets.Length - 1].Select(i => Snippets[i]).Array[0, 30].Sample(pieces => Explained(ResourceReader.Read(string.Concat(pieces), "f.yaml")), iter: 20_000);

    private static bool Explained(ReadResult result) =>
        result.Problems.All(p => p.Message.Length > 0 && p.Position.File == "f.yaml") && !(result.HasErrors && result.Resources.Length > 0);
}
