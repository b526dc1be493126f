using System.Globalization;
using System.Text.Json;
using Hauberk.Lab;

namespace Hauberk.EndToEnd.Tests;

/// <summary>Programs killed at random moments: never plaintext, nothing acknowledged lost.</summary>
public sealed class SuddenDeathTests(TwoHosts hosts) : IClassFixture<TwoHosts>
{
    private const string Secret = "4111-1111-1111-1111";

    [Fact]
    public async Task A_killed_sidecar_never_lets_plaintext_out_and_works_again_once_restarted()
    {
        await using var redis = await Servers.StartRedisAsync(hosts.Server, hosts.Folder);
        await using var capture = await BridgeCapture.StartAsync(hosts.Mesh.Network, "killed-sidecars");
        for (var round = 0; round < 4; round++)
        {
            var victimIsClient = round % 2 == 0;
            var victim = victimIsClient ? hosts.ClientSidecar : hosts.ServerSidecar;
            var moment = Random.Shared.Next(0, 300);
            var traffic = Task.Run(() => StoreSecretsAsync(40));
            await Task.Delay(moment);
            await victim.SignalAsync("KILL");
            await victim.WaitForExitAsync();
            await traffic;
            await StoreSecretsAsync(5);

            if (victimIsClient) hosts.ClientSidecar = await hosts.Mesh.StartSidecarAsync(hosts.Client, hosts.Mesh.JoinFileOf(hosts.Client));
            else hosts.ServerSidecar = await hosts.Mesh.StartSidecarAsync(hosts.Server, hosts.Mesh.JoinFileOf(hosts.Server));
            await Wait.UntilAsync("traffic flows again", async () => (await TrySecretAsync()).ExitCode == 0);
        }
        Captured.AssertTls13Without(Secret, await capture.StopAsync());
    }

    [Fact]
    public async Task A_killed_control_plane_loses_nothing_that_it_acknowledged()
    {
        var acknowledged = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            using var stop = new CancellationTokenSource();
            var writer = Task.Run(async () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"kept-{round}-{i}");
                    var applied = await hosts.Mesh.ControlHost.TryAsync(
                        [Programs.Cli, "--config", hosts.Mesh.Kubeconfig, "apply", "-f", "-"],
                        $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n");
                    if (applied.ExitCode == 0) acknowledged.Add(name);
                }
            });
            var enough = acknowledged.Count + 3;
            await Wait.UntilAsync("some writes are acknowledged", () => Task.FromResult(acknowledged.Count >= enough));
            await hosts.Mesh.ControlPlane.SignalAsync("KILL");
            await hosts.Mesh.ControlPlane.WaitForExitAsync();
            await stop.CancelAsync();
            await writer;
            await hosts.Mesh.StartControlPlaneAsync();
        }
        using var list = JsonDocument.Parse(await hosts.Mesh.OperateAsync("get", "namespaces", "-o", "json"));
        var present = list.RootElement.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!).ToHashSet();
        Assert.Superset(acknowledged.ToHashSet(), present);
    }

    [Fact]
    public async Task A_sidecar_restarted_while_the_control_plane_is_gone_goes_on_with_what_it_knew()
    {
        await using var redis = await Servers.StartRedisAsync(hosts.Server, hosts.Folder, port: 6382);
        string[] ping = ["redis-cli", "-h", hosts.Server.Address, "-p", "6382", "ping"];
        Assert.Equal("PONG", (await hosts.Client.RunAsync(ping)).Trim());
        await hosts.Mesh.ControlPlane.SignalAsync("KILL");
        await hosts.Mesh.ControlPlane.WaitForExitAsync();

        await hosts.ClientSidecar.DisposeAsync();
        hosts.ClientSidecar = await hosts.Mesh.StartSidecarAsync(hosts.Client, hosts.Mesh.JoinFileOf(hosts.Client));
        await using (var capture = await BridgeCapture.StartAsync(hosts.Mesh.Network, "no-control-plane"))
        {
            Assert.Equal("PONG", (await hosts.Client.RunAsync(ping)).Trim());
            Captured.AssertTls13Without("PONG", await capture.StopAsync());
        }
        await hosts.Mesh.StartControlPlaneAsync();
    }

    private async Task StoreSecretsAsync(int times)
    {
        for (var i = 0; i < times; i++) await TrySecretAsync();
    }

    private Task<CommandResult> TrySecretAsync() =>
        hosts.Client.TryAsync("timeout", "2", "redis-cli", "-e", "-h", "10.255.0.10", "set", "card", Secret);
}
