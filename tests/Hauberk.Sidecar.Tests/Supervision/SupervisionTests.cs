using System.Diagnostics;
using System.Globalization;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Supervision;
using Hauberk.Sidecar.Tests.ControlPlane;
using Hauberk.Sidecar.Tests.Identity;

namespace Hauberk.Sidecar.Tests.Supervision;

/// <summary>
/// The program itself with real child processes and signals, in a network namespace of its own. Its state directory is that of an earlier run, so it
/// becomes ready although there is no control plane.
/// </summary>
public sealed class SupervisionTests : IDisposable
{
    private readonly NetworkNamespace network = new();
    private readonly TemporaryDirectory directory = new();
    private readonly List<Process> processes = [];

    public SupervisionTests()
    {
        var mesh = new TestMesh(TimeProvider.System.GetUtcNow());
        var state = StateDirectory.Open(directory.At("state"));
        var now = TimeProvider.System.GetUtcNow();
        new CertificateFile(state).Save(TestWorkload.Certificate(mesh, now.AddMinutes(-1), now.AddHours(1)));
        SavedMesh.Save(mesh, state);
        SavedMesh.JoinFile(mesh).Write(directory.At("join.json"));
        // Others may look for what tests leave in it; the proxy's user has to find its state directory.
        File.SetUnixFileMode(directory.Path, (UnixFileMode)0b111_101_101);
    }

    [Fact]
    public async Task The_command_starts_when_the_proxy_is_ready_and_its_status_is_the_programs_own()
    {
        var run = Run("sh", "-c", "ss -Hltn 'sport = :15006' | grep -c . > \"$0\"; exit 7", directory.At("listening"));
        Assert.Equal(7, await ExitAsync(run));
        Assert.NotEqual("0", (await File.ReadAllTextAsync(directory.At("listening"), TestContext.Current.CancellationToken)).Trim());
    }

    [Fact]
    public async Task A_command_that_a_signal_ends_gives_128_and_its_number()
    {
        Assert.Equal(128 + 9, await ExitAsync(Run("sh", "-c", "kill -9 $$")));
    }

    [Theory]
    [InlineData(Signals.Terminate, "TERM")]
    [InlineData(Signals.Hangup, "HUP")]
    [InlineData(Signals.Interrupt, "INT")]
    [InlineData(Signals.User1, "USR1")]
    public async Task Signals_are_passed_on_to_the_command(int signal, string name)
    {
        var run = Run("sh", "-c", $"trap 'exit 42' {name}; echo up > \"$0\"; while :; do sleep 0.05; done", directory.At("up"));
        await Until.TrueAsync(() => File.Exists(directory.At("up")), "the command");
        Assert.Equal(0, LibC.Kill(run.Id, signal));
        Assert.Equal(42, await ExitAsync(run));
    }

    [Fact]
    public async Task A_signal_before_the_command_could_start_ends_the_program()
    {
        Directory.Delete(directory.At("state"), recursive: true);
        var run = Run("touch", directory.At("started"));
        await Until.TrueAsync(() => ProxyOf(run) is not null, "the proxy");
        LibC.Kill(run.Id, Signals.Terminate);
        Assert.Equal(128 + Signals.Terminate, await ExitAsync(run));
        Assert.False(File.Exists(directory.At("started")));
    }

    [Fact]
    public async Task A_proxy_that_dies_is_started_again_and_the_command_goes_on()
    {
        var run = Run("sh", "-c", "echo $$ > \"$0\"; while ! test -e \"$0.end\"; do sleep 0.05; done", directory.At("pid"));
        await Until.TrueAsync(() => File.Exists(directory.At("pid")), "the command");
        var first = ProxyOf(run)!.Value;
        LibC.Kill(first, 9);
        await Until.TrueAsync(() => ProxyOf(run) is { } next && next != first, "another proxy");
        await Until.TrueAsync(() => IsReady(), "its readiness");
        await File.WriteAllTextAsync(directory.At("pid.end"), "", TestContext.Current.CancellationToken);
        Assert.Equal(0, await ExitAsync(run));
    }

    [Fact]
    public async Task A_proxy_does_not_outlive_its_supervisor()
    {
        var run = Run("sh", "-c", "echo $$ > \"$0\"; while ! test -e \"$0.end\"; do sleep 0.05; done", directory.At("pid"));
        await Until.TrueAsync(() => File.Exists(directory.At("pid")), "the command");
        var proxy = ProxyOf(run)!.Value;
        LibC.Kill(run.Id, 9);
        await Until.TrueAsync(() => !Directory.Exists($"/proc/{proxy}"), "the end of the proxy");
        await File.WriteAllTextAsync(directory.At("pid.end"), "", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_proxy_becomes_its_user_for_good_and_the_command_keeps_that_of_the_caller()
    {
        Assert.True(UserAccount.TryFind("nobody", out var nobody));
        foreach (var file in Directory.GetFiles(directory.At("state")))
            Assert.Equal(0, LibC.ChangeOwner(file, nobody!.User, nobody.Group));
        var run = RunWith(["--user", "nobody"], "sh", "-c", "id -u > \"$0.new\"; mv \"$0.new\" \"$0\"; while ! test -e \"$0.end\"; do sleep 0.05; done", directory.At("uid"));
        await Until.TrueAsync(() => File.Exists(directory.At("uid")), "the command");
        Assert.Equal("0", (await File.ReadAllTextAsync(directory.At("uid"), TestContext.Current.CancellationToken)).Trim());
        foreach (var task in Directory.GetDirectories($"/proc/{ProxyOf(run)}/task"))
        {
            var status = await File.ReadAllLinesAsync($"{task}/status", TestContext.Current.CancellationToken);
            Assert.Equal([.. Enumerable.Repeat(nobody!.User, 4)], Field(status, "Uid").Select(static n => uint.Parse(n, CultureInfo.InvariantCulture)));
            Assert.Equal([.. Enumerable.Repeat(nobody.Group, 4)], Field(status, "Gid").Select(static n => uint.Parse(n, CultureInfo.InvariantCulture)));
            Assert.Empty(Field(status, "Groups"));
            Assert.All(new[] { "CapPrm", "CapEff", "CapInh", "CapAmb" }, set => Assert.Equal("0000000000000000", Assert.Single(Field(status, set))));
        }
        var main = await File.ReadAllLinesAsync($"/proc/{ProxyOf(run)}/status", TestContext.Current.CancellationToken);
        Assert.Equal(["1"], Field(main, "NoNewPrivs"));
        await File.WriteAllTextAsync(directory.At("uid.end"), "", TestContext.Current.CancellationToken);
        Assert.Equal(0, await ExitAsync(run));
    }

    [Fact]
    public async Task With_mark_the_proxys_own_connections_are_told_by_it()
    {
        network.Execute("nft", "add table inet seen; add chain inet seen out { type filter hook output priority 0; }");
        network.Execute("nft", $"add rule inet seen out tcp dport 15012 meta mark {Sidecar.Capture.OwnTraffic.DefaultMark} counter");
        network.Execute("nft", $"add rule inet seen out tcp dport 15012 meta mark != {Sidecar.Capture.OwnTraffic.DefaultMark} counter");
        var run = network.Start(SidecarExecutable.Path, Arguments(["--mark"]));
        processes.Add(run);
        await Until.TrueAsync(() => Packets()[0] > 0, "an attempt to reach the control plane");
        LibC.Kill(run.Id, Signals.Terminate);
        await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await ExitAsync(run));
        Assert.Equal(0, Packets()[1]);

        long[] Packets() => [.. network.Execute("nft", "list", "table", "inet", "seen").Split('\n')
            .Where(static l => l.Contains("counter packets", StringComparison.Ordinal))
            .Select(static l => long.Parse(l.Split("packets ")[1].Split(' ')[0], CultureInfo.InvariantCulture))];
    }

    [Fact]
    public async Task A_proxy_that_can_never_start_ends_the_program_and_the_command_does_not_run()
    {
        await File.WriteAllTextAsync(directory.At("join.json"), "{}", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.CannotStart, await ExitAsync(Run("touch", directory.At("started"))));
        Assert.False(File.Exists(directory.At("started")));
    }

    [Theory]
    [InlineData("--user", "no-such-user")]
    [InlineData("--user", "root")]
    public async Task A_user_that_the_proxy_cannot_become_ends_the_program(params string[] options)
    {
        Assert.Equal(ExitCodes.CannotStart, await ExitAsync(RunWith(options, "touch", directory.At("started"))));
        Assert.False(File.Exists(directory.At("started")));
    }

    [Fact]
    public async Task A_command_that_is_not_there_gives_127_and_one_that_cannot_be_run_126()
    {
        Assert.Equal(ExitCodes.CommandNotFound, await ExitAsync(Run("no-such-command-anywhere")));
        Assert.Equal(ExitCodes.CommandNotExecutable, await ExitAsync(Run(directory.At("join.json"))));
    }

    [Fact]
    public async Task A_join_file_that_others_can_read_is_refused()
    {
        File.SetUnixFileMode(directory.At("join.json"), (UnixFileMode)0b110_100_100);
        Assert.Equal(ExitCodes.CannotStart, await ExitAsync(Run("true")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_workload_that_has_joined_starts_again_without_its_join_file(bool isNamed)
    {
        Assert.Equal(0, await ExitAsync(Run("true")));
        File.Delete(directory.At("join.json"));
        Assert.Equal(7, await ExitAsync(StartWith(Arguments([], isNamed), "sh", "-c", "exit 7")));
    }

    [Fact]
    public async Task Who_names_a_join_file_that_is_not_there_is_told_as_which_workload_it_starts()
    {
        Assert.Equal(0, await ExitAsync(Run("true")));
        File.Delete(directory.At("join.json"));
        var run = network.Start(SidecarExecutable.Path, [.. Arguments([]), "--", "true"]);
        processes.Add(run);
        var log = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"{directory.At("join.json")} is not there; starts as {TestControlPlane.Workload}, which joined before", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_of_the_join_file_is_its_owners_and_has_no_token()
    {
        Assert.Equal(0, await ExitAsync(Run("true")));
        var kept = directory.At("state/joined.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
        Assert.DoesNotContain(TestControlPlane.Token, await File.ReadAllTextAsync(kept, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", 0b110_000_000)]
    [InlineData(null, 0b110_100_100)]
    public async Task A_kept_join_file_that_cannot_be_trusted_ends_the_program(string? content, int mode)
    {
        Assert.Equal(0, await ExitAsync(Run("true")));
        File.Delete(directory.At("join.json"));
        var kept = directory.At("state/joined.json");
        if (content is not null)
            await File.WriteAllTextAsync(kept, content, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(kept, (UnixFileMode)mode);
        Assert.Equal(ExitCodes.CannotStart, await ExitAsync(Run("true")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_workload_that_has_not_joined_needs_its_join_file(bool isNamed)
    {
        File.Delete(directory.At("join.json"));
        Assert.Equal(ExitCodes.CannotStart, await ExitAsync(StartWith(Arguments([], isNamed), "true")));
    }

    [Fact]
    public async Task A_stopped_proxy_says_so_ends_in_time_and_writes_nothing_secret()
    {
        var run = network.Start(SidecarExecutable.Path, Arguments([]));
        processes.Add(run);
        await Until.TrueAsync(() => IsReady(), "readiness");
        LibC.Kill(run.Id, Signals.Terminate);
        var log = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await ExitAsync(run));
        Assert.Contains("stopping", log, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", log, StringComparison.Ordinal);
        Assert.DoesNotContain(TestControlPlane.Token, log, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        foreach (var process in processes)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
        }
        network.Dispose();
        directory.Dispose();
    }

    private Process Run(params string[] command) => RunWith([], command);

    private Process RunWith(string[] options, params string[] command) => StartWith(Arguments(options), command);

    private Process StartWith(string[] arguments, params string[] command)
    {
        var process = network.Start(SidecarExecutable.Path, [.. arguments, "--", .. command]);
        // Read, so that the pipe never fills up.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        processes.Add(process);
        return process;
    }

    private string[] Arguments(string[] options, bool namesJoinFile = true) =>
        ["run", .. namesJoinFile ? (string[])["--join", directory.At("join.json")] : [], "--state-dir", directory.At("state"), "--loops", "1", "--drain-ms", "500", .. DistinctionFor(options), .. options];

    // Root must say how capture is to tell its traffic.
    private static string[] DistinctionFor(string[] options) => options.Contains("--user") ? [] : ["--mark"];

    private static async Task<int> ExitAsync(Process process)
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));
        return process.ExitCode;
    }

    private bool IsReady()
    {
        try
        {
            using var socket = network.Socket();
            socket.Connect(System.Net.IPAddress.Loopback, SidecarPorts.Readiness);
            socket.Send("GET /healthz/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8);
            var buffer = new byte[512];
            var length = socket.Receive(buffer);
            return System.Text.Encoding.ASCII.GetString(buffer, 0, length).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    /// <summary>The supervisor's child that was started as a proxy; null while there is none.</summary>
    private static int? ProxyOf(Process supervisor) => Directory.GetDirectories("/proc")
        .Select(static d => int.TryParse(Path.GetFileName(d), out var id) ? id : 0)
        .Where(id => id > 0 && ParentOf(id) == supervisor.Id && CommandLineOf(id).Contains("--supervised", StringComparison.Ordinal))
        .Select(static id => (int?)id).FirstOrDefault();

    private static int ParentOf(int id)
    {
        try
        {
            return int.Parse(Field(File.ReadAllLines($"/proc/{id}/status"), "PPid")[0], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static string CommandLineOf(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string[] Field(string[] status, string name) =>
        status.Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..]
            .Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries);
}
