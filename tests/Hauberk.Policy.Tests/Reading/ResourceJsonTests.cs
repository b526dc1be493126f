using System.Text;
using CsCheck;
using Hauberk.Policy.Reading;

namespace Hauberk.Policy.Tests.Reading;

public sealed class ResourceJsonTests
{
    [Theory]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: 0o17", """{"a":15}""")]
    [InlineData("a: +007", """{"a":7}""")]
    [InlineData("a: -0", """{"a":0}""")]
    [InlineData("a: 123456789012345678901234567890", """{"a":123456789012345678901234567890}""")]
    [InlineData("a: .5", """{"a":0.5}""")]
    [InlineData("a: -01.", """{"a":-1.0}""")]
    [InlineData("a: 1e3", """{"a":1.0e3}""")]
    [InlineData("a: .inf", """{"a":".inf"}""")]
    [InlineData("a: TRUE", """{"a":true}""")]
    [InlineData("a: yes", """{"a":"yes"}""")]
    [InlineData("a: on", """{"a":"on"}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a:", """{"a":null}""")]
    [InlineData("a: 'true'", """{"a":"true"}""")]
    [InlineData("a: !!str 1", """{"a":"1"}""")]
    [InlineData("a: 1.2.3.4", """{"a":"1.2.3.4"}""")]
    [InlineData("a: 2024-01-01", """{"a":"2024-01-01"}""")]
    [InlineData("b: 1\na: [2, {d: 3, c: 4}]", """{"a":[2,{"c":4,"d":3}],"b":1}""")]
    [InlineData("a: |\n x\n y", """{"a":"x\ny"}""")]
    public void Values_of_the_core_schema_become_json(string yaml, string json) => Assert.Equal(json, Text(Tree(yaml)));

    [Fact]
    public void What_was_written_is_read_back() => Nodes(4).Select(n => new MappingNode([new("x", n)], default)).Sample(node =>
    {
        var json = Text(node);
        var back = Tree(json);
        return IsSame(node, back) && Text(back) == json && Text(Tree(Encoding.UTF8.GetString(ResourceJson.Write(node, indented: true).Span))) == json;
    }, iter: 5_000);

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.OneOf("", "1", "true", "null", "~", "a: b", "- a", "é\u2028\u0085😀", "\"'\\/", "#", "\t\n\r ", "<<", "&a", "*", "[", "0x1", "<&>+"),
        Gen.String[Gen.Char[' ', '\u2030'].Where(c => c is < '\u007f' or > '\u00a0'), 0, 20]);

    private static Gen<ResourceNode> Nodes(int depth)
    {
        var scalars = Gen.OneOf<ResourceNode>(
            Texts.Select(t => (ResourceNode)new ScalarNode(t, ScalarKind.Text, default)),
            Gen.Long.Select(i => (ResourceNode)new ScalarNode(i.ToString(System.Globalization.CultureInfo.InvariantCulture), ScalarKind.Integer, default)),
            Gen.Bool.Select(b => (ResourceNode)new ScalarNode(b ? "true" : "false", ScalarKind.Boolean, default)),
            Gen.Const((ResourceNode)new ScalarNode("null", ScalarKind.Null, default)),
            Gen.Const((ResourceNode)new ScalarNode("0.25", ScalarKind.Decimal, default)));
        if (depth == 0) return scalars;
        var inner = Nodes(depth - 1);
        return Gen.OneOf<ResourceNode>(
            scalars,
            inner.Array[0, 4].Select(items => (ResourceNode)new SequenceNode([.. items], default)),
            Gen.Select(Texts.Where(t => t != "<<"), inner).Array[0, 4].Select(entries => (ResourceNode)new MappingNode(
                [.. entries.DistinctBy(e => e.Item1).Select(e => KeyValuePair.Create(e.Item1, e.Item2))], default)));
    }

    private static bool IsSame(ResourceNode a, ResourceNode b) => (a, b) switch
    {
        (ScalarNode x, ScalarNode y) => x.Kind == y.Kind && x.Value == y.Value,
        (SequenceNode x, SequenceNode y) => x.Items.Length == y.Items.Length && x.Items.Zip(y.Items).All(p => IsSame(p.First, p.Second)),
        (MappingNode x, MappingNode y) => x.Entries.Length == y.Entries.Length && x.Entries.All(e => y.TryGet(e.Key, out var value) && IsSame(e.Value, value)),
        _ => false,
    };

    private static string Text(ResourceNode node) => Encoding.UTF8.GetString(ResourceJson.Write(node).Span);

    private static MappingNode Tree(string text)
    {
        var problems = new Policy.Validation.ProblemCollector(10);
        var documents = YamlTree.Parse(text, "f", ReadLimits.Default, problems);
        Assert.Empty(problems.ToImmutable());
        return Assert.IsType<MappingNode>(Assert.Single(documents));
    }
}
