using System.Security.Cryptography;

namespace Hauberk.Fuzz;

/// <summary>Inputs as files, named by what they hold.</summary>
internal static class InputFolder
{
    /// <summary>In a fixed order; empty where there is no such folder.</summary>
    public static IReadOnlyList<byte[]> Read(string folder) => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]
        : [];

    /// <returns>The file.</returns>
    public static string Write(string folder, byte[] input)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(input))[..16]);
        File.WriteAllBytes(path, input);
        return path;
    }
}
