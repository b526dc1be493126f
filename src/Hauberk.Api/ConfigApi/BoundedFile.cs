using System.Diagnostics.CodeAnalysis;
using Hauberk.Policy.Reading;

namespace Hauberk.Api.ConfigApi;

/// <summary>Files that an operator names: read up to a bound, and where they hold a secret, only if nobody else can.</summary>
internal static class BoundedFile
{
    private const UnixFileMode OpenToOthers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    public static bool TryRead(
        string path, int maxBytes, bool isSecret, out ReadOnlyMemory<byte> bytes, [NotNullWhen(false)] out KubeconfigProblem? problem)
    {
        bytes = default;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            // Asked of the open file, not of the path, so that it cannot be swapped in between.
            if (isSecret && (File.GetUnixFileMode(stream.SafeFileHandle) & OpenToOthers) != 0)
                return Refuse(path, $"the file holds a credential and other users can open it; close it: chmod 600 {path}", out problem);
            var buffer = new byte[maxBytes + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > maxBytes) return Refuse(path, $"the file is larger than {maxBytes} bytes", out problem);
            bytes = buffer.AsMemory(0, length);
            problem = null;
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Refuse(path, "there is no such file", out problem);
        }
        // ArgumentException: a null character in the path, which YAML can write.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Refuse(path, $"the file cannot be read: {e.Message}", out problem);
        }
    }

    private static bool Refuse(string path, string message, out KubeconfigProblem problem)
    {
        problem = new(new SourcePosition(path, 0, 0), "", message);
        return false;
    }
}
