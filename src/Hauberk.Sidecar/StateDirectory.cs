using Hauberk.Sidecar.Supervision;

namespace Hauberk.Sidecar;

/// <summary>Where a sidecar keeps what it needs to start again without a control plane. 0700; every file 0600, replaced whole or not at all.</summary>
internal sealed class StateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private StateDirectory(string path) => Path = path;

    public string Path { get; }

    /// <summary>Makes it where it is not there yet.</summary>
    /// <param name="owner">Whom it is for, where that is not the caller.</param>
    /// <exception cref="IOException">It cannot be made, or is not a place for secrets.</exception>
    public static StateDirectory Open(string path, UserAccount? owner = null)
    {
        var full = System.IO.Path.GetFullPath(path);
        var directory = Directory.CreateDirectory(full, OwnerOnly);
        if (directory.LinkTarget is not null)
            throw new IOException($"{full} is a link");
        File.SetUnixFileMode(full, OwnerOnly);
        // The directory alone: giving away by name what another user may have put in it could give away anything.
        if (owner is not null && LibC.ChangeOwner(full, owner.User, owner.Group) != 0)
            throw new IOException($"{full} cannot be given to {owner.Name}");
        return new StateDirectory(full);
    }

    /// <summary>Null: there is none, or it is longer than <paramref name="maxBytes"/>.</summary>
    public byte[]? TryRead(string name, int maxBytes)
    {
        var file = new FileInfo(At(name));
        return file.Exists && file.Length <= maxBytes ? File.ReadAllBytes(file.FullName) : null;
    }

    /// <exception cref="IOException"/>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        using var file = Replace(name, out var unfinished);
        file.Write(content);
        Finish(file, unfinished, name);
    }

    /// <summary>Writes what <paramref name="write"/> produces, for content that is too long to hold twice.</summary>
    /// <exception cref="IOException"/>
    public void Write(string name, Action<Stream> write)
    {
        using var file = Replace(name, out var unfinished);
        write(file);
        Finish(file, unfinished, name);
    }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    private FileStream Replace(string name, out string unfinished)
    {
        unfinished = At(name) + ".new";
        // What an earlier run left unfinished may have another mode.
        File.Delete(unfinished);
        return new FileStream(unfinished, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerReadsAndWrites,
        });
    }

    private void Finish(FileStream file, string unfinished, string name)
    {
        file.Flush(flushToDisk: true);
        File.Move(unfinished, At(name), overwrite: true);
    }
}
