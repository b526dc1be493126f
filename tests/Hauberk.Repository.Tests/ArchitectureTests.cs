using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Hauberk.Repository.Tests;

/// <summary>ARCHITECTURE.md says what is so: its trails lead to files, its table bounds what projects refer to.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string text = Repository.Read("ARCHITECTURE.md");

    [Fact]
    public void Architecture_opens_with_four_trails()
    {
        Assert.Equal("## Trails", SecondLevelHeadings().Matches(text).First().Value.Trim());
        Assert.Equal(4, Trails().Count);
    }

    [Fact]
    public void Every_file_on_a_trail_exists()
    {
        var missing = Trails().SelectMany(trail => Ticked().Matches(trail).Select(m => m.Groups[1].Value))
            .Where(step => !Exists(step)).ToList();
        Assert.Empty(missing);
    }

    [Fact]
    public void A_trail_has_at_least_four_steps()
    {
        Assert.All(Trails(), trail => Assert.True(Ticked().Count(trail) >= 4, trail));
    }

    [Fact]
    public void Every_project_in_src_is_in_the_dependency_table()
    {
        var rows = DependencyTable();
        Assert.All(Projects(), project => Assert.Contains(project.Name, rows.Keys));
        Assert.All(rows.Keys, name => Assert.Contains(name, Projects().Select(p => p.Name)));
    }

    [Fact]
    public void No_project_refers_to_what_the_table_does_not_allow()
    {
        var rows = DependencyTable();
        foreach (var (name, file) in Projects())
        {
            var (projects, packages) = rows[name];
            var document = XDocument.Load(file);
            Assert.All(References(document, "ProjectReference").Select(r => ShortName(r)), r => Assert.Contains(r, projects));
            Assert.All(References(document, "PackageReference"), r => Assert.Contains(r, packages));
        }
    }

    private static List<string> Trails() =>
        [.. Section("Trails").Split("\n* ").Skip(1).Select(trail => trail.Split("\n\n")[0])];

    private static Dictionary<string, (string[] Projects, string[] Packages)> DependencyTable() =>
        Section("Projects").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
            .Select(line => line.Trim('|').Split('|'))
            .ToDictionary(
                cells => cells[0].Trim(),
                cells => (Words(cells[1]), Words(cells[2])));

    private static string[] Words(string cell) => [.. Ticked().Matches(cell).Select(m => m.Groups[1].Value)];

    private static string Section(string title)
    {
        var start = text.IndexOf($"## {title}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"ARCHITECTURE.md has no section '{title}'");
        var end = text.IndexOf("\n## ", start + 3, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    // "Sidecar/Inbound/InboundListener" stands for a file, "ControlPlane/Enrolment/" for a folder, both below src.
    private static bool Exists(string step)
    {
        var path = Path.Combine(Repository.Root, "src", "Hauberk." + step);
        return step.EndsWith('/') ? Directory.Exists(path) : File.Exists(path + ".cs");
    }

    private static IEnumerable<(string Name, string File)> Projects() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => (ShortName(file), file));

    private static string ShortName(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')).Replace("Hauberk.", "", StringComparison.Ordinal);

    private static IEnumerable<string> References(XDocument project, string element) =>
        project.Descendants(element).Select(e => (string?)e.Attribute("Include") ?? "");

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Ticked();

    [GeneratedRegex("^## .*$", RegexOptions.Multiline)]
    private static partial Regex SecondLevelHeadings();
}
