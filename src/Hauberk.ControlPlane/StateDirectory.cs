namespace Hauberk.ControlPlane;

/// <summary>The folder of all that is kept, for its owner only.</summary>
internal sealed class StateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string path;

    /// <exception cref="IOException">It cannot be made, or others use it too.</exception>
    public StateDirectory(string path)
    {
        this.path = Path.GetFullPath(path);
        Directory.CreateDirectory(this.path, OwnerOnly);
        if ((File.GetUnixFileMode(this.path) & ~OwnerOnly) == 0) return;
        // Closing what others use would break them: /var/lib, or a home directory.
        if (!File.Exists(Store) && Directory.EnumerateFileSystemEntries(this.path).Any())
            throw new IOException($"{this.path} is open to other users and holds other things: name a directory of its own, or close it: chmod 700 {this.path}");
        File.SetUnixFileMode(this.path, OwnerOnly);
    }

    public string Store => Path.Combine(path, "store.db");

    public string Authority => Path.Combine(path, "ca");

    public string Journal => Path.Combine(path, "issued.jsonl");

    public string AdminKubeconfig => Path.Combine(path, "admin.kubeconfig");
}
