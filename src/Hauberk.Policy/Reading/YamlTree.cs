using System.Collections.Immutable;
using Hauberk.Policy.Validation;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hauberk.Policy.Reading;

/// <summary>Parser events to trees, within bounds. JSON is read as the YAML it is.</summary>
internal sealed class YamlTree
{
    private readonly Parser parser;
    private readonly string file;
    private readonly ReadLimits limits;
    private readonly ProblemCollector problems;
    private int nodes;
    private int depth;

    private YamlTree(string text, string file, ReadLimits limits, ProblemCollector problems)
    {
        parser = new Parser(new StringReader(text));
        this.file = file;
        this.limits = limits;
        this.problems = problems;
    }

    /// <summary>The documents of a text, without empty ones; after the first error, those before it.</summary>
    public static ImmutableArray<ResourceNode> Parse(string text, string file, ReadLimits limits, ProblemCollector problems)
    {
        var documents = ImmutableArray.CreateBuilder<ResourceNode>();
        var tree = new YamlTree(text, file, limits, problems);
        try
        {
            tree.RefuseDirectives(text);
            tree.ReadDocuments(documents);
        }
        catch (UnreadableException bad)
        {
            problems.Error(bad.Code, bad.Position, "", bad.Message);
        }
        return documents.ToImmutable();
    }

    // Resources need none, and in a text that ends within one the parser may stay for a minute.
    private void RefuseDirectives(string text)
    {
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            if (content.TrimStart('\uFEFF').StartsWith('%'))
                throw new UnreadableException(ProblemCodes.Syntax, new(file, line, 1), "Directives (lines that begin with %) are not supported: leave the line out.");
        }
    }

    private void ReadDocuments(ImmutableArray<ResourceNode>.Builder documents)
    {
        while (Next() is { } parsed)
        {
            if (parsed is not DocumentStart) continue;
            var node = ReadNode(Next()!);
            if (node is not ScalarNode { Kind: ScalarKind.Null }) documents.Add(node);
        }
    }

    private ParsingEvent? Next()
    {
        try
        {
            return parser.MoveNext() ? parser.Current : null;
        }
        catch (YamlException bad)
        {
            throw new UnreadableException(ProblemCodes.Syntax, PositionOf(bad.Start), $"This is not valid YAML: {Sentence(ForeignText.Shown(bad.Message))}");
        }
        catch (Exception bad) when (bad is not OutOfMemoryException)
        {
            // Some malformed texts break the parser's own assumptions; to its caller that is malformed text all the same.
            throw new UnreadableException(ProblemCodes.Syntax, PositionOf(parser.Current?.End ?? Mark.Empty), "This is not valid YAML after this place.");
        }
    }

    private ResourceNode ReadNode(ParsingEvent parsed)
    {
        if (++nodes > limits.MaxNodes) throw Unreadable(parsed, ProblemCodes.TooManyNodes, $"The file holds more than {limits.MaxNodes} values.");
        if (parsed is AnchorAlias || parsed is NodeEvent { Anchor.IsEmpty: false })
            throw Unreadable(parsed, ProblemCodes.Anchor, "Anchors and aliases are not allowed: write the value out.");
        return parsed switch
        {
            Scalar scalar => ReadScalar(scalar),
            MappingStart start => Nested(start, ReadMapping),
            SequenceStart start => Nested(start, ReadSequence),
            _ => throw Unreadable(parsed, ProblemCodes.Syntax, "A value is expected here."),
        };
    }

    private ScalarNode ReadScalar(Scalar scalar)
    {
        CheckTag(scalar);
        var position = PositionOf(scalar.Start);
        if (scalar.Style != ScalarStyle.Plain || !scalar.Tag.IsEmpty) return new(scalar.Value, ScalarKind.Text, position);
        var (value, kind) = CoreSchema.Resolve(scalar.Value);
        return new(value, kind, position);
    }

    private ResourceNode Nested<T>(T start, Func<T, ResourceNode> read) where T : NodeEvent
    {
        CheckTag(start);
        if (++depth > limits.MaxDepth) throw Unreadable(start, ProblemCodes.TooDeep, $"Values are nested more than {limits.MaxDepth} deep.");
        var node = read(start);
        depth--;
        return node;
    }

    private SequenceNode ReadSequence(SequenceStart start)
    {
        var items = ImmutableArray.CreateBuilder<ResourceNode>();
        for (var parsed = Next()!; parsed is not SequenceEnd; parsed = Next()!) items.Add(ReadNode(parsed));
        return new(items.ToImmutable(), PositionOf(start.Start));
    }

    private MappingNode ReadMapping(MappingStart start)
    {
        var entries = ImmutableArray.CreateBuilder<KeyValuePair<string, ResourceNode>>();
        var keyPositions = ImmutableArray.CreateBuilder<SourcePosition>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var parsed = Next()!; parsed is not MappingEnd; parsed = Next()!)
        {
            var key = ReadKey(parsed);
            // Reported, and reading goes on: the file is refused, yet every duplicate is shown at once.
            if (!seen.Add(key)) problems.Error(ProblemCodes.DuplicateKey, PositionOf(parsed.Start), "", $"The key \"{ForeignText.Shown(key)}\" is given twice in one mapping.");
            entries.Add(new(key, ReadNode(Next()!)));
            keyPositions.Add(PositionOf(parsed.Start));
        }
        return new(entries.ToImmutable(), PositionOf(start.Start), keyPositions.ToImmutable());
    }

    // Whole numbers are keys of port maps, and read as the text they are written in; other kinds of keys are mistakes.
    private string ReadKey(ParsingEvent parsed)
    {
        var node = ReadNode(parsed);
        if (node is ScalarNode { Kind: ScalarKind.Text or ScalarKind.Integer }) return ((Scalar)parsed).Value is var key && key != "<<"
            ? key : throw Unreadable(parsed, ProblemCodes.Anchor, "Merge keys (\"<<\") are not allowed: write the fields out.");
        throw Unreadable(parsed, ProblemCodes.KeyNotText, "A key must be text; put it in quotes.");
    }

    private void CheckTag(NodeEvent parsed)
    {
        if (parsed.Tag.IsEmpty || parsed.Tag.IsNonSpecific || parsed is Scalar && parsed.Tag == "tag:yaml.org,2002:str") return;
        throw Unreadable(parsed, ProblemCodes.Tag, $"The tag \"{ForeignText.Shown(parsed.Tag.Value)}\" is not supported.");
    }

    private UnreadableException Unreadable(ParsingEvent parsed, string code, string message) => new(code, PositionOf(parsed.Start), message);

    private SourcePosition PositionOf(Mark mark) => new(file, (int)mark.Line, (int)mark.Column);

    private static string Sentence(string message) => message.EndsWith('.') ? message : message + ".";

    /// <summary>Ends reading of a text from any depth; never leaves this class.</summary>
    private sealed class UnreadableException(string code, SourcePosition position, string message) : Exception(message)
    {
        public string Code { get; } = code;
        public SourcePosition Position { get; } = position;
    }
}
