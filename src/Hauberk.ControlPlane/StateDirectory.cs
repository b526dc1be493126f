namespace Hauberk.ControlPlane;

/// <summary>The folder of all that is kept, for its owner only.</summary>
internal sealed class StateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string path;

    public StateDirectory(string path)
    {
        this.path = Path.GetFullPath(path);
        Directory.CreateDirectory(this.path, OwnerOnly);
    }

    public string Store => Path.Combine(path, "store.db");

    public string Authority => Path.Combine(path, "ca");

    public string Journal => Path.Combine(path, "issued.jsonl");

    public string AdminKubeconfig => Path.Combine(path, "admin.kubeconfig");
}
