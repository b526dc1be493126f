namespace Hauberk.CertificateAuthority.Signing;

/// <summary>Files as short as a key or a chain should be.</summary>
internal static class BoundedFile
{
    /// <exception cref="IOException">The file is absent, unreadable or longer than the bound.</exception>
    public static byte[] Read(string path, int maxBytes)
    {
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        if (length > maxBytes)
            throw new IOException($"{length} bytes are over the bound of {maxBytes}");
        var bytes = new byte[length];
        var read = 0;
        while (read < bytes.Length)
        {
            var count = RandomAccess.Read(file, bytes.AsSpan(read), read);
            if (count == 0)
                throw new IOException("the file became shorter while it was read");
            read += count;
        }
        return bytes;
    }
}
