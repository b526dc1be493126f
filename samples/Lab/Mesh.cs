using System.Globalization;
using System.Text.Json;

namespace Hauberk.Lab;

/// <summary>A mesh on a <see cref="Network"/>: the published control plane on a host of its own, and sidecars that join it.</summary>
public sealed class Mesh : IAsyncDisposable
{
    // A uid that no account has: the sidecar's traffic is told from the application's by it.
    private const string SidecarUser = "15001";
    // The mark that `run --mark` sets.
    private const string SidecarMark = "4168";
    private static readonly bool isRealRoot = IsRealRoot();

    private readonly string stateFolder;
    private HostProcess? controlPlane;

    private Mesh(Network network, Host controlHost, string stateFolder)
    {
        Network = network;
        ControlHost = controlHost;
        this.stateFolder = stateFolder;
    }

    public Network Network { get; }

    public Host ControlHost { get; }

    public HostProcess ControlPlane => controlPlane ?? throw new LabException("the control plane has not been started");

    /// <summary>The operator's credential.</summary>
    public string Kubeconfig => Path.Combine(stateFolder, "control-plane", "admin.kubeconfig");

    /// <summary>Further options of every sidecar that is started from now on.</summary>
    public IReadOnlyList<string> SidecarOptions { get; set; } = [];

    /// <param name="stateFolder">Holds keys, so it must be new; it is removed at the end.</param>
    public static async Task<Mesh> StartAsync(Network network, string stateFolder)
    {
        Directory.CreateDirectory(stateFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var mesh = new Mesh(network, await network.AddHostAsync("control", 2), stateFolder);
        await mesh.StartControlPlaneAsync();
        return mesh;
    }

    public async Task StartControlPlaneAsync()
    {
        controlPlane = ControlHost.Start("control-plane", Programs.ControlPlane,
            "--state-dir", Path.Combine(stateFolder, "control-plane"), "--address", ControlHost.Address);
        await Wait.UntilAsync("the control plane is healthy", async () =>
            controlPlane.HasExited
                ? throw new LabException($"the control plane ended: {controlPlane.Output}")
                : (await ControlHost.TryAsync("curl", "-sf", "http://127.0.0.1:15014/healthz")).ExitCode == 0);
    }

    /// <summary>The operator's command line.</summary>
    /// <exception cref="LabException">It failed.</exception>
    public async Task<string> OperateAsync(params string[] arguments)
    {
        var result = await TryOperateAsync(arguments);
        return result.ExitCode == 0
            ? result.Output
            : throw new LabException($"hauberk {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Error}{result.Output}");
    }

    public Task<CommandResult> TryOperateAsync(params string[] arguments) =>
        ControlHost.TryAsync([Programs.Cli, "--config", Kubeconfig, .. arguments]);

    /// <summary>Applies YAML given in place.</summary>
    public async Task ApplyAsync(string yaml)
    {
        var result = await ControlHost.TryAsync([Programs.Cli, "--config", Kubeconfig, "apply", "-f", "-"], yaml);
        if (result.ExitCode != 0) throw new LabException($"hauberk apply ended with {result.ExitCode}: {result.Error}{result.Output}");
    }

    /// <summary>
    /// Makes <paramref name="host"/> a meshed one: token, capture, sidecar; then <paramref name="command"/> beside it, or
    /// none where the application is started on its own. Returns when the sidecar is ready.
    /// </summary>
    /// <param name="workload">"namespace/name" of its WorkloadEntry.</param>
    public async Task<HostProcess> JoinAsync(Host host, string workload, string serviceAccount, params string[] command)
    {
        var join = Path.Combine(stateFolder, $"{host.Name}.join");
        var names = workload.Split('/');
        if (!File.Exists(join))
            await OperateAsync("token", "create", "--namespace", names[0], "--service-account", serviceAccount, "--workload", names[1], "--out", join);
        await CaptureAsync(host, "install");
        return await StartSidecarAsync(host, join, command);
    }

    public async Task<HostProcess> StartSidecarAsync(Host host, string joinFile, params string[] command)
    {
        string[] arguments =
        [
            Programs.Sidecar, "run", "--join", joinFile, "--state-dir", StateOf(host), .. Distinction(),
            "--access-log", Path.Combine(Network.LogFolder, $"{host.Name}-access.log"), .. SidecarOptions,
        ];
        var sidecar = host.Start("sidecar", command.Length == 0 ? arguments : [.. arguments, "--", .. command]);
        await Wait.UntilAsync($"the sidecar of {host.Name} is ready", async () =>
            sidecar.HasExited ? throw new LabException($"the sidecar of {host.Name} ended: {sidecar.Output}") : await IsReadyAsync(host));
        return sidecar;
    }

    public string JoinFileOf(Host host) => Path.Combine(stateFolder, $"{host.Name}.join");

    public string StateOf(Host host) => Path.Combine(stateFolder, host.Name);

    public static Task CaptureAsync(Host host, string verb) =>
        host.RunAsync([Programs.Sidecar, "capture", verb, .. verb == "install" ? CaptureDistinction() : []]);

    public static async Task<bool> IsReadyAsync(Host host) =>
        (await host.TryAsync("curl", "-sf", $"http://{host.Address}:15021/healthz/ready")).ExitCode == 0;

    /// <summary>The newest flows the control plane knows: the operator's own view of what happened.</summary>
    public async Task<IReadOnlyList<JsonElement>> FlowsAsync(int limit = 500)
    {
        using var flows = JsonDocument.Parse(await OperateAsync("flows", "--limit", limit.ToString(CultureInfo.InvariantCulture), "-o", "json"));
        return [.. flows.RootElement.GetProperty("flows").EnumerateArray().Select(flow => flow.Clone())];
    }

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        Directory.Delete(stateFolder, recursive: true);
    }

    // A user namespace of one user has no second uid to tell the sidecar's traffic by; there it marks its sockets.
    private static string[] Distinction() => isRealRoot ? ["--user", SidecarUser] : ["--mark"];

    private static string[] CaptureDistinction() => isRealRoot ? ["--user", SidecarUser] : ["--mark", SidecarMark];

    private static bool IsRealRoot() =>
        Environment.IsPrivilegedProcess && File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[2] == "4294967295";
}
