namespace Hauberk.Sidecar.Supervision;

/// <summary>Finds a program as a shell does: by PATH where the name has no slash, never beside this program or in the working directory.</summary>
internal static class CommandPath
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Null: not found.</summary>
    public static string? Find(string name, string? path)
    {
        if (name.Contains('/', StringComparison.Ordinal))
            return File.Exists(name) ? Path.GetFullPath(name) : null;
        return (path ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .Where(Path.IsPathRooted)
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string file) => File.Exists(file) && (File.GetUnixFileMode(file) & Executable) != 0;
}
