using System.Text.Json;

namespace Hauberk.Cli.Tests.Commands;

public sealed class StatusCommandTests
{
    private const string Sidecars = """
        {"items":[
         {"metadata":{"namespace":"shop","name":"web-1"},"status":{"connected":true,"identity":"spiffe://cluster.local/ns/shop/sa/web","connectedSince":"2026-03-04T10:00:00Z",
          "certificateNotAfter":"2026-03-05T04:00:00Z","acknowledged":{"workload":true,"trustBundle":true},"problems":[],"tunnelPort":15008,"serverFirstPorts":[{"port":25,"lastSeen":"2026-03-04T11:00:00Z"}]}},
         {"metadata":{"namespace":"pay","name":"payments-1"},"status":{"connected":false,"identity":"spiffe://partner.example/x","certificateNotAfter":"2026-03-04T11:00:00Z",
          "acknowledged":{"workload":true,"trustBundle":false},"problems":["certificate not renewed since yesterday"]}}]}
        """;

    [Fact]
    public async Task Every_sidecar_is_a_row_and_a_problem_exits_1()
    {
        await using var mesh = await TestMesh.StartAsync(
            ("GET /version", """{"gitVersion":"v0.1.0"}"""), ("GET /apis/hauberk.dev/v1/sidecars", Sidecars));
        var run = await mesh.RunAsync("status");
        Assert.Equal(
            $"""
            control plane  {mesh.Server.Address["https://".Length..]}, version 0.1.0, trust domain cluster.local
            sidecars       1 of 2 connected

            WORKLOAD        IDENTITY                    CONNECTED  CERTIFICATE  CONFIGURATION        TUNNELS  PROBLEMS
            pay/payments-1  spiffe://partner.example/x  no         expired      behind: trustBundle  -        certificate not renewed since yesterday
            shop/web-1      ns/shop/sa/web              for 2 h    for 16 h     up to date           yes      -

            """, run.Out);
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task Machines_get_the_same_as_json()
    {
        await using var mesh = await TestMesh.StartAsync(
            ("GET /version", """{"gitVersion":"v0.1.0"}"""), ("GET /apis/hauberk.dev/v1/sidecars", Sidecars));
        using var json = JsonDocument.Parse((await mesh.RunAsync("status", "-o", "json")).Out);
        Assert.Equal("0.1.0", json.RootElement.GetProperty("controlPlane").GetProperty("version").GetString());
        var sidecar = json.RootElement.GetProperty("sidecars")[1];
        Assert.False(sidecar.GetProperty("connected").GetBoolean());
        Assert.Equal("2026-03-04T11:00:00Z", sidecar.GetProperty("certificateNotAfter").GetString());
        Assert.False(sidecar.GetProperty("acknowledged").GetProperty("trustBundle").GetBoolean());
        Assert.Equal(JsonValueKind.Null, sidecar.GetProperty("tunnelPort").ValueKind);
        Assert.Empty(sidecar.GetProperty("serverFirstPorts").EnumerateArray());
        Assert.Equal(15008, json.RootElement.GetProperty("sidecars")[0].GetProperty("tunnelPort").GetInt32());
        Assert.Equal("""{"port":25,"lastSeen":"2026-03-04T11:00:00Z"}""", json.RootElement.GetProperty("sidecars")[0].GetProperty("serverFirstPorts")[0].GetRawText().Replace(" ", "").ReplaceLineEndings(""));
    }

    [Fact]
    public async Task A_control_plane_that_is_not_there_exits_2_and_says_what_to_check()
    {
        var mesh = await TestMesh.StartAsync();
        await mesh.Server.DisposeAsync();
        var run = await mesh.RunAsync("status");
        Assert.Equal(2, run.ExitCode);
        Assert.Matches(@"^error: 127\.0\.0\.1:\d+: Connection refused\nCheck that hauberk-control-plane runs at ", run.Error);
        Directory.Delete(mesh.Folder, recursive: true);
    }
}
