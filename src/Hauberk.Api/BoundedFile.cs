using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Api;

/// <summary>Files that an operator names: read up to a bound, and where they hold a secret, only if nobody else can.</summary>
internal static class BoundedFile
{
    private const UnixFileMode OpenToOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <param name="problem">One sentence that goes on from the path; it never holds what the file does.</param>
    public static bool TryRead(
        string path, int maxBytes, bool isSecret, out ReadOnlyMemory<byte> bytes, [NotNullWhen(false)] out string? problem)
    {
        bytes = default;
        problem = null;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            // Asked of the open file, not of the path, so that it cannot be swapped in between.
            if (isSecret && (File.GetUnixFileMode(stream.SafeFileHandle) & OpenToOthers) != 0)
            {
                problem = $"the file holds a secret and other users can open it; close it: chmod 600 {path}";
                return false;
            }
            var buffer = new byte[maxBytes + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > maxBytes) problem = $"the file is larger than {maxBytes} bytes";
            else bytes = buffer.AsMemory(0, length);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = "there is no such file";
        }
        // ArgumentException: a null character in the path, which YAML can write.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = $"the file cannot be read: {e.Message}";
        }
        return problem is null;
    }
}
