using System.Globalization;

namespace Hauberk.Lab;

/// <summary>
/// Hosts as network namespaces on one bridge, 10.77.0.0/24. The bridge stands in a namespace of its own, so nothing of it
/// touches the machine's network, and several networks can exist side by side.
/// </summary>
public sealed class Network : IAsyncDisposable
{
    private const string Bridge = "bridge";
    private readonly List<Host> hosts = [];
    private readonly string prefix;

    private Network(string prefix, string logFolder)
    {
        this.prefix = prefix;
        LogFolder = logFolder;
        Switch = new Host("switch", $"{prefix}-switch", "10.77.0.1", logFolder);
    }

    /// <summary>The host that the bridge stands in: what passes between the others can be seen here.</summary>
    public Host Switch { get; }

    /// <summary>Where the output of the processes goes, a file each.</summary>
    public string LogFolder { get; }

    /// <param name="prefix">Of the namespaces' names. Namespaces that a former run left under it are removed, with what runs in them.</param>
    /// <param name="logFolder">Made where it is missing.</param>
    public static async Task<Network> CreateAsync(string prefix, string logFolder)
    {
        Directory.CreateDirectory(logFolder);
        await RemoveLeftoversAsync(prefix);
        var network = new Network(prefix, logFolder);
        await network.Switch.CreateNamespaceAsync();
        await network.Switch.RunAsync("ip", "link", "add", Bridge, "type", "bridge");
        await network.Switch.RunAsync("ip", "address", "add", "10.77.0.1/24", "dev", Bridge);
        await network.Switch.RunAsync("ip", "link", "set", Bridge, "up");
        return network;
    }

    /// <param name="number">Last part of the address, 2 to 254.</param>
    public async Task<Host> AddHostAsync(string name, int number)
    {
        var host = new Host(name, $"{prefix}-{name}", string.Create(CultureInfo.InvariantCulture, $"10.77.0.{number}"), LogFolder);
        await host.CreateNamespaceAsync();
        var port = string.Create(CultureInfo.InvariantCulture, $"port{number}");
        await Switch.RunAsync("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", host.Namespace);
        await Switch.RunAsync("ip", "link", "set", port, "master", Bridge, "up");
        await host.RunAsync("ip", "address", "add", $"{host.Address}/24", "dev", "eth0");
        await host.RunAsync("ip", "link", "set", "eth0", "up");
        await host.RunAsync("ip", "route", "add", "default", "via", "10.77.0.1");
        hosts.Add(host);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
        await Switch.DisposeAsync();
    }

    private static async Task RemoveLeftoversAsync(string prefix)
    {
        foreach (var line in (await Command.RunAsync("ip", "netns", "list")).Split('\n'))
        {
            var name = line.Split(' ')[0];
            if (!name.StartsWith(prefix + "-", StringComparison.Ordinal)) continue;
            foreach (var pid in (await Command.RunAsync("ip", "netns", "pids", name)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                await Command.TryAsync("kill", "-KILL", pid);
            await Command.RunAsync("ip", "netns", "delete", name);
        }
    }
}
