using Hauberk.Lab;

namespace Hauberk.EndToEnd.Tests;

/// <summary>What can be seen on the wire between the hosts.</summary>
public sealed class WireTests(TwoHosts hosts) : IClassFixture<TwoHosts>
{
    private const string Secret = "4111-1111-1111-1111";

    [Fact]
    public async Task Between_meshed_hosts_nothing_but_TLS_1_3_is_seen_and_under_DISABLE_the_same_capture_sees_the_plaintext()
    {
        await using var redis = await Servers.StartRedisAsync(hosts.Server, hosts.Folder);

        await hosts.SetServerModeAsync("STRICT");
        var meshed = await CaptureAsync("meshed");
        Captured.AssertTls13Without(Secret, meshed);

        await hosts.SetServerModeAsync("DISABLE");
        await Wait.UntilAsync("the client sends plaintext", async () =>
        {
            await SetSecretAsync();
            return (await hosts.Mesh.FlowsAsync(20)).Any(f => f.GetProperty("direction").GetString() == "outbound" && f.GetProperty("security").GetString() == "plaintext");
        });
        var disabled = await CaptureAsync("disabled");
        Assert.True(Captured.Shows(Secret, disabled), "the positive control: under DISABLE the secret is readable");
    }

    [Fact]
    public async Task A_legacy_client_is_served_under_PERMISSIVE_and_refused_under_STRICT()
    {
        await using var redis = await Servers.StartRedisAsync(hosts.Server, hosts.Folder, port: 6381);
        string[] ping = ["timeout", "5", "redis-cli", "-h", hosts.Server.Address, "-p", "6381", "ping"];

        await hosts.SetServerModeAsync("PERMISSIVE");
        Assert.Equal("PONG", (await hosts.Legacy.RunAsync(ping)).Trim());

        await hosts.SetServerModeAsync("STRICT");
        Assert.DoesNotContain("PONG", (await hosts.Legacy.TryAsync(ping)).Output, StringComparison.Ordinal);
        Assert.Equal("PONG", (await hosts.Client.RunAsync(ping)).Trim());
    }

    private async Task<byte[]> CaptureAsync(string name)
    {
        await using var capture = await BridgeCapture.StartAsync(hosts.Mesh.Network, name);
        await SetSecretAsync();
        Assert.Equal(Secret, (await hosts.Client.RunAsync("redis-cli", "-h", "10.255.0.10", "get", "card")).Trim());
        return await capture.StopAsync();
    }

    private async Task SetSecretAsync() =>
        await hosts.Client.RunAsync("redis-cli", "-h", "10.255.0.10", "set", "card", Secret);
}
