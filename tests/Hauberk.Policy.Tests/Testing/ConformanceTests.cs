using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Hauberk.Policy.Testing;

namespace Hauberk.Policy.Tests.Testing;

/// <summary>The cases of conformance/, put to the engine. Each case names the rule of the specification that it holds.</summary>
public sealed partial class ConformanceTests
{
    private static readonly string[] Rules =
    [
        "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8",
        "3.9", "3.10", "3.11", "3.12", "3.13", "4", "5.1", "5.2", "6.1", "6.2", "6.3", "6.4", "6.6",
    ];

    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(Folder(), "*.yaml").Order(StringComparer.Ordinal).Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_case_holds(string file)
    {
        var failed = Read(file).SelectMany(t => PolicyTestRunner.Run(t)).Where(r => !r.Passed)
            .Select(r => $"{r.Test}: {r.Name}: expected {r.Expected}, got {r.Actual} ({r.Rule ?? "default"}): {r.Reason}").ToList();
        Assert.True(failed.Count == 0, $"{failed.Count} cases of {file} do not hold:\n" + string.Join('\n', failed));
    }

    [Fact]
    public void Every_numbered_rule_has_cases_and_there_are_over_300()
    {
        var names = Files().SelectMany(f => Read(f.Data).AsEnumerable()).SelectMany(t => t.Cases).Select(c => c.Name).ToList();
        var named = names.Select(n => RuleNumber().Match(n)).ToList();
        Assert.All(names, name => Assert.Matches(RuleNumber(), name));
        Assert.Equal([], Rules.Except(named.Select(m => m.Groups[1].Value)));
        Assert.True(names.Count >= 300, $"{names.Count} cases");
    }

    private static ImmutableArray<PolicyTest> Read(string file)
    {
        var path = Path.Combine(Folder(), file);
        var read = PolicyTestReader.Read(File.ReadAllBytes(path), file, relative =>
            CheckedReader.Read(File.ReadAllText(Path.Combine(Folder(), relative), Encoding.UTF8), relative));
        Assert.False(read.HasErrors, string.Join('\n', read.Problems));
        return read.Tests;
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../conformance"));

    [GeneratedRegex(@"^([0-9]+(?:\.[0-9]+)?) \S")]
    private static partial Regex RuleNumber();
}
