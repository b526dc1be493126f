namespace Hauberk.Repository.Tests;

/// <summary>House rules that no analyzer knows.</summary>
public sealed class TidyTests
{
    private static readonly string[] vagueWords = ["Common", "Utils", "Helper", "Helpers", "Manager"];

    public static TheoryData<string> Sources() =>
        [.. new[] { "src", "tests", "samples", "bench" }.Select(folder => Path.Combine(Repository.Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Fact]
    public void No_name_says_nothing()
    {
        var vague = Sources().Select(row => row.Data).Where(file =>
            file.Split('/').Any(part => vagueWords.Any(word => Path.GetFileNameWithoutExtension(part).EndsWith(word, StringComparison.Ordinal))));
        Assert.Empty(vague);
    }

    [Fact]
    public void No_line_is_longer_than_a_screen_is_wide()
    {
        var wide = Sources().Select(row => row.Data).Where(file => file.StartsWith("src", StringComparison.Ordinal)).SelectMany(file => File.ReadLines(Path.Combine(Repository.Root, file))
            .Select((line, index) => (line, where: $"{file}:{index + 1}"))).Where(l => l.line.Length > 200).Select(l => l.where);
        Assert.Empty(wide);
    }

    [Fact]
    public void No_file_in_src_has_outgrown_its_name()
    {
        var long_ = Sources().Select(row => row.Data).Where(file => file.StartsWith("src", StringComparison.Ordinal)
            && File.ReadLines(Path.Combine(Repository.Root, file)).Count() > 500);
        Assert.Empty(long_);
    }

    [Fact]
    public void Every_script_can_be_run()
    {
        foreach (var script in new[] { "dev", ".ci/run" })
            Assert.True(File.GetUnixFileMode(Path.Combine(Repository.Root, script)).HasFlag(UnixFileMode.UserExecute), script);
    }
}
