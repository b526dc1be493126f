namespace Hauberk.Lab;

/// <summary>One host: a network namespace, its address, and the processes started in it.</summary>
public sealed class Host : IAsyncDisposable
{
    private readonly List<HostProcess> processes = [];
    private readonly string logFolder;

    internal Host(string name, string networkNamespace, string address, string logFolder)
    {
        Name = name;
        Namespace = networkNamespace;
        Address = address;
        this.logFolder = logFolder;
    }

    public string Name { get; }

    /// <summary>As `ip netns` knows it.</summary>
    public string Namespace { get; }

    public string Address { get; }

    /// <summary>Runs a program on this host to its end.</summary>
    /// <exception cref="LabException">It failed.</exception>
    public Task<string> RunAsync(params string[] command) => Command.RunAsync(Inside(command));

    /// <summary>The same, with its exit status as an answer.</summary>
    public Task<CommandResult> TryAsync(params string[] command) => Command.TryAsync(Inside(command));

    public Task<CommandResult> TryAsync(string[] command, string? input) => Command.TryAsync(Inside(command), input);

    /// <summary>Starts a program that goes on until it is stopped or this host goes.</summary>
    public HostProcess Start(string name, params string[] command)
    {
        var process = HostProcess.Start($"{Name}/{name}", Inside(command), Path.Combine(logFolder, $"{Name}-{name}.log"));
        processes.Add(process);
        return process;
    }

    /// <summary>Whether something listens on <paramref name="port"/> of this host's address or of all.</summary>
    public async Task<bool> IsListeningAsync(int port)
    {
        var sockets = await TryAsync("ss", "-Htln", "sport", "=", $":{port}");
        return sockets.Output.Length > 0;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(processes)) await process.DisposeAsync();
        // What the processes may have left behind runs in a namespace that is ours alone.
        foreach (var pid in (await Command.TryAsync("ip", "netns", "pids", Namespace)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await Command.TryAsync("kill", "-KILL", pid);
        await Command.TryAsync("ip", "netns", "delete", Namespace);
    }

    internal async Task CreateNamespaceAsync()
    {
        await Command.RunAsync("ip", "netns", "add", Namespace);
        await RunAsync("ip", "link", "set", "lo", "up");
    }

    private string[] Inside(string[] command) => ["nsenter", $"--net=/run/netns/{Namespace}", "--", .. command];
}
