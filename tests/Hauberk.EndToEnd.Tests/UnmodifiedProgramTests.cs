using System.Text.Json;
using Hauberk.Lab;

namespace Hauberk.EndToEnd.Tests;

/// <summary>Programs from Debian, as they come, on both sides of two sidecars.</summary>
public sealed class UnmodifiedProgramTests(TwoHosts hosts) : IClassFixture<TwoHosts>
{
    private const string ServiceAddress = "10.255.0.10";

    [Fact]
    public async Task PostgreSQL_serves_pgbench_on_kept_and_on_new_connections()
    {
        await using var postgres = await Servers.StartPostgresAsync(hosts.Server, hosts.Folder);
        string[] target = ["-h", ServiceAddress, "-U", "postgres", "bench"];
        await hosts.Client.RunAsync(["createdb", .. target]);
        await hosts.Client.RunAsync([Servers.PgBench, "-i", "-q", "-s", "1", .. target]);
        var kept = await hosts.Client.RunAsync([Servers.PgBench, "-c", "4", "-t", "200", .. target]);
        var fresh = await hosts.Client.RunAsync([Servers.PgBench, "-C", "-S", "-c", "2", "-t", "50", .. target]);

        Assert.Contains("number of failed transactions: 0", kept, StringComparison.Ordinal);
        Assert.Contains("number of failed transactions: 0", fresh, StringComparison.Ordinal);
        await AssertMutualTlsSeenAsync(5432);
    }

    [Fact]
    public async Task Nginx_serves_curl_a_large_file_unchanged()
    {
        await using var nginx = await Servers.StartNginxAsync(hosts.Server, hosts.Folder, fileMegabytes: 64);
        var original = await hosts.Server.RunAsync("sha256sum", Path.Combine(hosts.Folder, "nginx", "file"));
        var copy = Path.Combine(hosts.Folder, "copy");
        await hosts.Client.RunAsync("curl", "-sf", "-o", copy, $"http://{ServiceAddress}/file");

        Assert.Equal(original.Split(' ')[0], (await hosts.Client.RunAsync("sha256sum", copy)).Split(' ')[0]);
        await AssertMutualTlsSeenAsync(80);
    }

    [Fact]
    public async Task Redis_serves_pipelined_and_plain_commands()
    {
        await using var redis = await Servers.StartRedisAsync(hosts.Server, hosts.Folder);
        await hosts.Client.RunAsync("redis-cli", "-h", ServiceAddress, "set", "greeting", "through the mesh");
        Assert.Equal("through the mesh", (await hosts.Client.RunAsync("redis-cli", "-h", ServiceAddress, "get", "greeting")).Trim());
        var bench = await hosts.Client.RunAsync("redis-benchmark", "-h", ServiceAddress, "-n", "5000", "-c", "20", "-P", "8", "-t", "set,get", "--csv");
        Assert.Contains("\"GET\"", bench, StringComparison.Ordinal);
        await AssertMutualTlsSeenAsync(6379);
    }

    [Fact]
    public async Task MariaDB_of_which_nothing_is_declared_greets_clients_of_both_kinds_and_only_the_first_one_waits()
    {
        await using var mariadb = await Servers.StartMariaDbAsync(hosts.Server, hosts.Folder);
        foreach (var client in new[] { hosts.Legacy, hosts.Client, hosts.Legacy, hosts.Client, hosts.Legacy })
            Assert.Equal("42", (await client.RunAsync("mariadb", "--no-defaults", "-h", hosts.Server.Address, "-u", "app", "-N", "-e", "select 6 * 7")).Trim());

        var flows = new List<JsonElement>();
        await Wait.UntilAsync("all five flows are in the ledger", async () =>
            (flows = [.. (await hosts.Mesh.FlowsAsync()).Where(flow => IsInboundTo(3306, flow))]).Count == 5);
        Assert.Equal(
            [("plaintext", "application", true), ("hbone", "", false), ("plaintext", "application", false), ("hbone", "", false), ("plaintext", "application", false)],
            flows.Select(f => (f.GetProperty("security").GetString(), f.GetProperty("firstSpeaker").GetString(), f.GetProperty("waited").GetBoolean())));
        var explanation = await hosts.Mesh.OperateAsync("explain", "--from", hosts.Legacy.Address, "--to", "shop/server-1", "--port", "3306");
        Assert.Contains("Port 3306 speaks first", explanation, StringComparison.Ordinal);
        Assert.Contains("port 3306 and an appProtocol: mysql", explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_to_the_workloads_own_address_is_mutual_TLS_too()
    {
        await using var redis = await Servers.StartRedisAsync(hosts.Server, hosts.Folder, port: 6380);
        Assert.Equal("PONG", (await hosts.Client.RunAsync("redis-cli", "-h", hosts.Server.Address, "-p", "6380", "ping")).Trim());
        await AssertMutualTlsSeenAsync(6380);
    }

    [Fact]
    public async Task A_refused_port_is_refused_through_the_mesh_as_well()
    {
        var result = await hosts.Client.TryAsync("curl", "-s", "--max-time", "5", $"http://{hosts.Server.Address}:9999/");
        // 52: empty reply, 56: reset. Not 28: it must not hang.
        Assert.Contains(result.ExitCode, new[] { 7, 52, 56 });
    }

    private async Task AssertMutualTlsSeenAsync(int port) =>
        await Wait.UntilAsync($"a mutual TLS flow to port {port} is in the ledger", async () => (await hosts.Mesh.FlowsAsync()).Any(flow =>
            IsInboundTo(port, flow)
            && flow.GetProperty("security").GetString() is "hbone"
            && flow.GetProperty("sourceIdentity").GetString() == "spiffe://cluster.local/ns/shop/sa/client"));

    private static bool IsInboundTo(int port, JsonElement flow) =>
        flow.GetProperty("direction").GetString() == "inbound"
        && flow.GetProperty("destinationAddress").GetString()!.EndsWith($":{port}", StringComparison.Ordinal);
}
