using System.Collections.Immutable;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Testing.Questions;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Testing;

/// <summary>PolicyTest documents to tests. What they name in "files" the caller reads.</summary>
public static class PolicyTestReader
{
    /// <param name="load">Gives the resources of one entry of "files", a file or a folder; the path is relative to <paramref name="file"/>.</param>
    public static PolicyTestFile Read(ReadOnlyMemory<byte> utf8, string file, Func<string, ReadResult> load)
    {
        ArgumentNullException.ThrowIfNull(load);
        var read = ResourceReader.Read(utf8, file);
        var problems = new ProblemCollector(ReadLimits.Default.MaxProblems);
        foreach (var other in read.Resources.Where(r => r is not PolicyTestResource))
            problems.Error(ProblemCodes.NotAResource, other.Document.Position, "", $"A file of tests holds PolicyTests only, not {other.Kind}.");
        var tests = read.Resources.OfType<PolicyTestResource>().Select(t => ReadTest(t, file, load, problems)).ToList();
        var all = read.Problems.Concat(problems.ToImmutable()).Concat(tests.SelectMany(t => t.Problems)).ToImmutableArray();
        var result = new PolicyTestFile(file, [.. tests.Select(t => t.Test)], all);
        return result.HasErrors ? result with { Tests = [] } : result;
    }

    private static (PolicyTest Test, ImmutableArray<PolicyProblem> Problems) ReadTest(
        PolicyTestResource resource, string file, Func<string, ReadResult> load, ProblemCollector problems)
    {
        var document = new MappingReader(new ResourceContext(problems), resource.Document, "", UnknownFields.Refused);
        var spec = document.MappingOrEmpty("spec");
        var sources = new List<ReadResult>(spec.Texts("files").Select(load));
        if (spec.Text("resources") is { } text) sources.Add(CheckedReader.Read(text, $"{file}#{resource.Metadata.Name}"));
        var mesh = ReadMesh(spec, sources);
        var cases = spec.Mappings("cases", ReadCase);
        foreach (var twice in cases.GroupBy(c => c.Name).Where(g => g.Count() > 1))
            problems.Error(ProblemCodes.DuplicateKey, twice.Last().Position, "spec.cases", $"The name \"{twice.Key}\" is used twice.");
        spec.Finish();
        var resources = sources.SelectMany(s => s.Resources).ToList();
        mesh ??= resources.OfType<MeshConfigResource>().FirstOrDefault();
        var test = new PolicyTest(file, resource.Metadata.Name, new ResourceSet(resources, mesh), cases);
        return (test, [.. sources.SelectMany(s => s.Problems)]);
    }

    private static MeshConfigResource? ReadMesh(MappingReader spec, List<ReadResult> sources)
    {
        spec.Keep("mesh");
        if (!spec.Node.TryGet("mesh", out var node) || node is ScalarNode { Kind: ScalarKind.Null }) return null;
        ScalarNode Text(string value) => new(value, ScalarKind.Text, node.Position);
        var metadata = MappingNode.Empty.With("name", Text("default"));
        var read = CheckedReader.Read(MappingNode.Empty.With("apiVersion", Text("hauberk.dev/v1")).With("kind", Text("MeshConfig"))
            .With("metadata", metadata).With("spec", node));
        sources.Add(read with { Resources = [] });
        return read.Resources.OfType<MeshConfigResource>().SingleOrDefault();
    }

    private static PolicyTestCase ReadCase(MappingReader reader)
    {
        var asked = Question.All.Where(q => reader.Has(q.Key)).ToList();
        if (asked.Count != 1)
            reader.Error(ProblemCodes.MissingField, "name", $"A case asks exactly one of {string.Join(", ", Question.All.Select(q => q.Key))}.");
        reader.Keep("expect");
        var expected = reader.Node.TryGet("expect", out var node) ? Expectation.Of(node) : null;
        if (expected is null) reader.Error(ProblemCodes.MissingField, "expect", "A case expects a word, a map of words or a list of words.");
        var question = asked.Count == 1 ? asked[0] : Question.All[0];
        var read = new PolicyTestCase(
            reader.RequiredText("name"), reader.Node.Position, question.Key, expected!, reader.Text("expectRule"))
        {
            Input = reader.Node.TryGet(question.Key, out var input) && input is MappingNode fields ? fields : MappingNode.Empty,
            Ask = question.Read(reader),
        };
        reader.Finish();
        return read;
    }
}
