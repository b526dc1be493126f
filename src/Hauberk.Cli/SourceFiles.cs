using System.Collections.Immutable;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Validation;

namespace Hauberk.Cli;

/// <summary>Files that operators name, one by one or as folders; bounded, and what cannot be read is a problem among the others.</summary>
internal static class SourceFiles
{
    public const string StandardInput = "-";
    public const int MaxFiles = 10_000;
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    private static readonly EnumerationOptions EverythingVisible = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.Hidden,
        IgnoreInaccessible = false,
    };

    /// <summary>The file itself, or all YAML and JSON files below a folder, in ordinal order, without hidden ones.</summary>
    public static IReadOnlyList<string> Under(string path, ImmutableArray<PolicyProblem>.Builder problems)
    {
        if (!Directory.Exists(path)) return [path];
        var files = Directory.EnumerateFiles(path, "*", EverythingVisible)
            .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.Ordinal))
            .Take(MaxFiles + 1).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0) problems.Add(Problem(new(path, 0, 0), "the folder has no .yaml, .yml or .json file"));
        if (files.Count <= MaxFiles) return files;
        problems.Add(Problem(new(path, 0, 0), $"the folder has more than {MaxFiles} files"));
        return [];
    }

    /// <summary>At most one byte more than is ever parsed, so that the parser sees that there was more.</summary>
    public static ReadOnlyMemory<byte>? Bytes(string file, Terminal terminal, ImmutableArray<PolicyProblem>.Builder problems)
    {
        try
        {
            using var stream = file == StandardInput ? terminal.OpenInput() : File.OpenRead(file);
            var bytes = new byte[ReadLimits.Default.MaxBytes + 1];
            return bytes.AsMemory(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add(Problem(new(file, 0, 0), "there is no such file or folder"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(Problem(new(file, 0, 0), e.Message));
        }
        return null;
    }

    /// <summary>An error of the files' own, beside those of their contents.</summary>
    public static PolicyProblem Problem(SourcePosition position, string message) => new("", ProblemSeverity.Error, position, "", message);
}
