namespace Hauberk.Lab;

/// <summary>The published programs, as `./dev build` leaves them.</summary>
public static class Programs
{
    public static string Repository { get; } = FindRepository();

    public static string ControlPlane { get; } = Published("control-plane/hauberk-control-plane");

    public static string Sidecar { get; } = Published("sidecar/hauberk-sidecar");

    public static string Cli { get; } = Published("cli/hauberk");

    public static string Shop { get; } = Published("shop/shop");

    private static string Published(string file) => Path.Combine(Repository, "artifacts", "publish", file);

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Hauberk.slnx"))) return folder.FullName;
        throw new LabException("the programs are looked for beside Hauberk.slnx, which is in no folder above this one");
    }
}
