using System.Collections.Immutable;
using System.Reflection;
using Hauberk.Policy.Analysis;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Tests.Analysis;

public sealed class AnalyzerTests
{
    private static readonly string[] AllCodes =
        [.. typeof(ProblemCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    public static TheoryData<string> Codes => [.. AllCodes];

    public static TheoryData<string> AnalysisCodes => [.. AllCodes.Where(code => code.StartsWith("HBK02", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(AnalysisCodes))]
    public void Every_analysis_code_is_raised_by_its_fixture_and_not_by_the_near_miss(string code)
    {
        var raised = Analyze(code, "raises").Where(p => p.Code == code).ToList();

        Assert.NotEmpty(raised);
        Assert.Equal(MarkedLines(code), raised.Select(p => p.Position.Line).Distinct());
        Assert.All(raised, p => Assert.True(p.Severity == ProblemSeverity.Warning && p.Position.Line > 0 && p.Message.EndsWith('.'), p.ToString()));
        Assert.DoesNotContain(Analyze(code, "near-miss"), p => p.Code == code);
    }

    [Theory, MemberData(nameof(Codes))]
    public void Every_code_has_a_page(string code)
    {
        var page = File.ReadAllLines(Path.Combine(Root, "docs", "codes", $"{code}.md"));

        Assert.StartsWith($"# {code}: ", page[0]);
        Assert.True(page.Count(line => line.Length > 0) >= 3, "what it means and what to do");
    }

    [Fact]
    public void No_page_is_left_of_a_code_that_is_gone() =>
        Assert.Equal(
            AllCodes.Order(StringComparer.Ordinal),
            Directory.GetFiles(Path.Combine(Root, "docs", "codes"), "HBK*.md").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal));

    [Fact]
    public void Codes_are_unique() => Assert.Equal(AllCodes.Length, AllCodes.Distinct().Count());

    [Fact]
    public void An_empty_mesh_has_nothing_to_warn_of() => Assert.Empty(Analyzer.Analyze(ResourceSet.Empty));

    // Lines of the fixture that end in "# here".
    private static IEnumerable<int> MarkedLines(string code) =>
        File.ReadAllLines(FixtureOf(code, "raises")).Index().Where(line => line.Item.EndsWith("# here", StringComparison.Ordinal)).Select(line => line.Index + 1);

    private static string FixtureOf(string code, string fixture) =>
        Path.Combine(Root, "tests", "Hauberk.Policy.Tests", "Analysis", "Fixtures", code, $"{fixture}.yaml");

    private static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Hauberk.slnx"))) folder = Path.GetDirectoryName(folder)!;
            return folder;
        }
    }

    private static ImmutableArray<PolicyProblem> Analyze(string code, string fixture)
    {
        var read = ResourceReader.Read(File.ReadAllBytes(FixtureOf(code, fixture)), $"{code}/{fixture}.yaml");
        var errors = read.Problems.Concat(read.Resources.SelectMany(r => ResourceValidator.Validate(r))).Where(p => p.Severity == ProblemSeverity.Error);
        Assert.Empty(errors);
        return Analyzer.Analyze(new ResourceSet(read.Resources, read.Resources.OfType<MeshConfigResource>().SingleOrDefault()));
    }
}
