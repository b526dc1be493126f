using System.Collections.Immutable;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Cli;

/// <summary>What -f names: files, folders (with all below them) and standard input, read and checked as one.</summary>
/// <param name="Resources">In the order read; none where any problem is an error.</param>
internal sealed record ManifestFiles(ImmutableArray<Resource> Resources, ImmutableArray<PolicyProblem> Problems)
{
    public const int MaxFiles = 10_000;
    private const string StandardInput = "-";
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    public bool HasErrors => Problems.Any(p => p.Severity == ProblemSeverity.Error);

    public static ManifestFiles Read(IEnumerable<string> sources, Terminal terminal)
    {
        var resources = ImmutableArray.CreateBuilder<Resource>();
        var problems = ImmutableArray.CreateBuilder<PolicyProblem>();
        foreach (var file in sources.SelectMany(source => FilesOf(source, problems)).Distinct(StringComparer.Ordinal))
        {
            if (BytesOf(file, terminal, problems) is not { } bytes) continue;
            var read = ResourceReader.Read(bytes, file == StandardInput ? "standard input" : file);
            resources.AddRange(read.Resources);
            problems.AddRange(read.Problems);
            problems.AddRange(read.Resources.SelectMany(resource => ResourceValidator.Validate(resource)));
        }
        ReportTwins(resources, problems);
        var hasErrors = problems.Any(p => p.Severity == ProblemSeverity.Error);
        return new(hasErrors ? [] : resources.ToImmutable(), problems.ToImmutable());
    }

    private static IEnumerable<string> FilesOf(string source, ImmutableArray<PolicyProblem>.Builder problems)
    {
        if (!Directory.Exists(source)) return [source];
        // Hidden files and folders are those of editors and version control.
        var all = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden,
            IgnoreInaccessible = false,
        };
        var files = Directory.EnumerateFiles(source, "*", all)
            .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.Ordinal))
            .Take(MaxFiles + 1).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0) problems.Add(Unreadable(source, "the folder has no .yaml, .yml or .json file"));
        if (files.Count > MaxFiles) problems.Add(Unreadable(source, $"the folder has more than {MaxFiles} files"));
        return files.Take(MaxFiles);
    }

    private static ReadOnlyMemory<byte>? BytesOf(string file, Terminal terminal, ImmutableArray<PolicyProblem>.Builder problems)
    {
        try
        {
            using var stream = file == StandardInput ? terminal.OpenInput() : File.OpenRead(file);
            // One byte more than may be read, so that the reader sees that there was more.
            var bytes = new byte[ReadLimits.Default.MaxBytes + 1];
            return bytes.AsMemory(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add(Unreadable(file, "there is no such file or folder"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(Unreadable(file, e.Message));
        }
        return null;
    }

    /// <summary>Which of two texts for one object holds would depend on the order of files.</summary>
    private static void ReportTwins(IEnumerable<Resource> resources, ImmutableArray<PolicyProblem>.Builder problems)
    {
        var seen = new Dictionary<(string, string), Resource>();
        foreach (var resource in resources)
        {
            var key = (resource.Kind, resource.QualifiedName);
            if (!seen.TryAdd(key, resource))
                problems.Add(Error(resource.Document.Position,
                    $"{resource.Kind} {resource.QualifiedName} stands at {seen[key].Document.Position} already"));
        }
    }

    private static PolicyProblem Unreadable(string file, string message) => Error(new(file, 0, 0), message);

    private static PolicyProblem Error(SourcePosition position, string message) => new("", ProblemSeverity.Error, position, "", message);
}
