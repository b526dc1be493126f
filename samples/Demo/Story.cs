using System.Text.Json;
using Hauberk.Lab;

namespace Hauberk.Demo;

/// <summary>What the demo shows, in order; each chapter checks what it claims.</summary>
internal sealed class Story(ShopMesh shop, Narrator narrator)
{
    private Mesh Mesh => shop.Mesh;

    public async Task TellAsync(CancellationToken interrupted)
    {
        await using var traffic = shop.StartSteadyTraffic();
        Func<Task>[] chapters =
        [
            EveryEdgeIsMutualTls,
            LegacyClientIsServedAndNamed,
            PaymentsGoesStrict,
            OnlyOrdersMayCallPayments,
            CertificatesRotateUnderLoad,
            ControlPlaneIsKilled,
        ];
        foreach (var chapter in chapters)
        {
            if (interrupted.IsCancellationRequested) return;
            await chapter();
        }
        var failures = traffic.Output.Split('\n').Count(line => line.StartsWith("failed", StringComparison.Ordinal));
        narrator.Check(failures == 0 && !traffic.HasExited, $"the steady traffic met {failures} failures from first chapter to last");
    }

    private async Task EveryEdgeIsMutualTls()
    {
        narrator.Chapter("Every edge is mutual TLS, and no program was changed");
        foreach (var (from, to) in new[] { ("shopper", "web"), ("web", "orders"), ("orders", "payments"), ("orders", "inventory") })
        {
            var seen = await FindAsync(flow => Text(flow, "direction") == "inbound" && Text(flow, "security") is "mtls" or "hbone"
                && Text(flow, "sourceIdentity") == Identity(from) && Text(flow, "destinationIdentity") == Identity(to));
            narrator.Check(seen is not null, $"{from} → {to}: both ends proved who they are, {WayOf(seen)}");
        }
        narrator.Show(await Mesh.OperateAsync("status"));
    }

    private async Task LegacyClientIsServedAndNamed()
    {
        narrator.Chapter("PERMISSIVE: a client with no sidecar still works, and is named");
        narrator.Check(await LegacyReachesPaymentsAsync(), "legacy, without a sidecar, reaches payments in plaintext");
        narrator.Check(await SeenAsync(flow => Text(flow, "security") == "plaintext" && Text(flow, "sourceWorkload") == "shop/legacy-1"
            && Text(flow, "destinationWorkload") == "shop/payments-1"), "the flow ledger names it: shop/legacy-1 talks plaintext to shop/payments-1");
    }

    private async Task PaymentsGoesStrict()
    {
        narrator.Chapter("STRICT on payments: plaintext ends, the mesh goes on");
        narrator.Show(await Mesh.OperateAsync("apply", "-f", ShopMesh.Sample("payments-strict.yaml")));
        await Wait.UntilAsync("payments refuses plaintext", async () => !await LegacyReachesPaymentsAsync());
        narrator.Check(true, "legacy is refused before a byte reaches the program");
        narrator.Check(await SeenAsync(flow => Text(flow, "verdict") == "deny" && Text(flow, "sourceWorkload") == "shop/legacy-1"
            && Text(flow, "reason") == "PlaintextUnderStrict"), "the record says why: PlaintextUnderStrict");
        narrator.Check(await OrderSucceedsAsync(), "an order still goes through");
    }

    private async Task OnlyOrdersMayCallPayments()
    {
        narrator.Chapter("An AuthorizationPolicy: only orders may call payments");
        narrator.Check(await RogueReachesPaymentsAsync(), "before it, a rogue workload with an identity of the mesh gets in");
        narrator.Show(await Mesh.OperateAsync("apply", "-f", ShopMesh.Sample("payments-callers.yaml")));
        await Wait.UntilAsync("payments refuses the rogue", async () => !await RogueReachesPaymentsAsync());
        narrator.Check(true, "after it, the rogue is refused");
        narrator.Check(await OrderSucceedsAsync(), "an order still goes through");
        var explanation = await Mesh.TryOperateAsync("explain", "--from", "shop/rogue-1", "--to", "shop/payments-1", "--port", "8080");
        narrator.Show(explanation.Output);
        narrator.Check(explanation.Output.Contains("shop/payments-callers[0]", StringComparison.Ordinal), "the explanation names the rule");
    }

    private async Task CertificatesRotateUnderLoad()
    {
        narrator.Chapter("Certificates rotate under load");
        var before = await Task.WhenAll(shop.Meshed.Select(CertificateSerialAsync));
        await using var load = shop.Shopper.Start("load", Programs.Shop, "shopper", "--web", "http://10.255.0.11/checkout",
            "--requests", "2000", "--new-connections", "400", "--workers", "4");
        var rotations = 0;
        while (!load.HasExited)
        {
            foreach (var host in shop.Meshed) await host.TryAsync("curl", "-sf", "-X", "POST", "http://127.0.0.1:15000/certs/renew");
            rotations++;
        }
        await load.WaitForExitAsync();
        var after = await Task.WhenAll(shop.Meshed.Select(CertificateSerialAsync));
        narrator.Check(before.Zip(after).All(pair => pair.First != pair.Second), $"every sidecar has a new certificate ({rotations} rounds of renewal)");
        var count = LoadCount.Parse(load.Output);
        narrator.Check(count is { Failed: 0, Requests: >= 1000, NewConnections: >= 200 }, $"the client's own count: {count}");
    }

    private async Task ControlPlaneIsKilled()
    {
        narrator.Chapter("The control plane is killed");
        await Mesh.ControlPlane.SignalAsync("KILL");
        await Mesh.ControlPlane.WaitForExitAsync();
        var load = shop.Shopper.Start("without-control-plane", Programs.Shop, "shopper", "--web", "http://10.255.0.11/checkout",
            "--requests", "400", "--new-connections", "100", "--workers", "2");
        await load.WaitForExitAsync();
        narrator.Check(load.ExitCode == 0, $"traffic goes on: {LoadCount.Parse(load.Output)}");
        narrator.Check(!await LegacyReachesPaymentsAsync() && !await RogueReachesPaymentsAsync(), "and so does what was decided: legacy and rogue stay out");
        await Mesh.StartControlPlaneAsync();
        await Wait.UntilAsync("the sidecars are back", async () =>
        {
            using var status = JsonDocument.Parse(await Mesh.OperateAsync("get", "workloadentries", "-n", "shop", "-o", "json"));
            return status.RootElement.GetProperty("items").GetArrayLength() == 7;
        });
        narrator.Check(true, "it comes back with all it had acknowledged");
    }

    private async Task<bool> SeenAsync(Func<JsonElement, bool> flow) => await FindAsync(flow) is not null;

    /// <summary>Null: it does not come.</summary>
    private async Task<JsonElement?> FindAsync(Func<JsonElement, bool> flow)
    {
        JsonElement[] found = [];
        try
        {
            await Wait.UntilAsync(
                "the flow is in the ledger", async () => (found = [.. (await Mesh.FlowsAsync()).Where(flow).TakeLast(1)]).Length > 0, TimeSpan.FromSeconds(20));
            return found[0];
        }
        catch (LabException)
        {
            return null;
        }
    }

    private static string WayOf(JsonElement? flow) =>
        flow is { } found && Text(found, "security") == "hbone" ? "in a tunnel that connections share (hbone)" : "in mutual TLS of its own (mtls)";

    private Task<bool> LegacyReachesPaymentsAsync() => ReachesAsync(shop.Legacy, $"http://{shop.Payments.Address}:8080/charge");

    private Task<bool> RogueReachesPaymentsAsync() => ReachesAsync(shop.Rogue, "http://10.255.0.13/charge");

    private Task<bool> OrderSucceedsAsync() => ReachesAsync(shop.Shopper, "http://10.255.0.11/checkout");

    private static async Task<bool> ReachesAsync(Host from, string url) =>
        (await from.TryAsync("curl", "-sf", "--max-time", "5", url)).ExitCode == 0;

    private static async Task<string> CertificateSerialAsync(Host host) => await host.RunAsync("curl", "-sf", "http://127.0.0.1:15000/certs");

    private static string Identity(string serviceAccount) => $"spiffe://cluster.local/ns/shop/sa/{serviceAccount}";

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
