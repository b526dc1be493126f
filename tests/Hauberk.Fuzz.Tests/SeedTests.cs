using System.Runtime.CompilerServices;
using Hauberk.Fuzz.Targets;

namespace Hauberk.Fuzz.Tests;

/// <summary>The kept inputs, those that once found something among them, put to their targets.</summary>
public sealed class SeedTests
{
    public static TheoryData<string> Targets() => [.. AllTargets.Of.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_seed_holds(string name)
    {
        var target = AllTargets.Of.Single(t => t.Name == name);
        var seeds = Directory.GetFiles(Path.Combine(Seeds(), name));
        Assert.NotEmpty(seeds);
        Assert.All(seeds, seed => target.Fuzz(File.ReadAllBytes(seed)));
    }

    [Fact]
    public void Every_folder_of_seeds_has_a_target() =>
        Assert.Equal(
            AllTargets.Of.Select(t => t.Name).Order(StringComparer.Ordinal),
            Directory.GetDirectories(Seeds()).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal));

    [Fact]
    public void A_finding_is_written_and_reported()
    {
        var artifacts = Directory.CreateTempSubdirectory("hauberk-fuzz-");
        try
        {
            var run = new FuzzRun(new BrokenTarget(), new CoverageMap(), artifacts.FullName);
            Assert.False(run.Run(["abc"u8.ToArray()], TimeSpan.FromMinutes(1), seed: 1));
            var found = Assert.Single(artifacts.GetFiles("broken-*"), f => f.Extension != ".txt");
            Assert.Contains((byte)'%', File.ReadAllBytes(found.FullName));
            Assert.Contains("no percent sign", File.ReadAllText(found.FullName + ".txt"), StringComparison.Ordinal);
        }
        finally
        {
            artifacts.Delete(recursive: true);
        }
    }

    private static string Seeds([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../Hauberk.Fuzz/Seeds");

    private sealed class BrokenTarget : IFuzzTarget
    {
        public string Name => "broken";

        public void Fuzz(ReadOnlySpan<byte> input) => PropertyBrokenException.Unless(!input.Contains((byte)'%'), "no percent sign");
    }
}
