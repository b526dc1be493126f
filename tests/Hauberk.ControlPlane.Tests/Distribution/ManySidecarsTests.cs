using Hauberk.Api.Distribution;

namespace Hauberk.ControlPlane.Tests.Distribution;

public sealed class ManySidecarsTests
{
    private const int Count = 500;

    [Fact]
    public async Task A_change_that_touches_one_of_five_hundred_sidecars_is_sent_to_one()
    {
        await using var plane = await RunningControlPlane.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => plane.AddWorkloadAsync($"n{i % 50}", $"w{i}", $"a{i}", $"10.1.{i / 250}.{i % 250}", $$"""{"app":"w{{i}}"}""")));
        await plane.RegistryCaughtUpAsync();
        var sidecars = await Task.WhenAll(Enumerable.Range(0, Count).Select(async i =>
        {
            var sidecar = new AdsClient(plane.Channel(plane.Authority.Issue($"spiffe://cluster.local/ns/n{i % 50}/sa/a{i}")), $"n{i % 50}/w{i}");
            await sidecar.SubscribeAsync(ResourceTypeUrl.WorkloadConfiguration, $"n{i % 50}/w{i}");
            await sidecar.NextAsync();
            return sidecar;
        }));
        Assert.Equal(Count, await plane.MetricAsync("connected_sidecars"));
        var before = await plane.MetricAsync("responses_sent_total");

        await plane.ApplyAsync("/apis/security.istio.io/v1/namespaces/n7/peerauthentications",
            """{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"name":"one"},"spec":{"selector":{"matchLabels":{"app":"w57"}},"mtls":{"mode":"STRICT"}}}""");
        Assert.Single((await sidecars[57].NextAsync()).Resources);
        // Each of the others answers a question without having been told anything before.
        Assert.All(await Task.WhenAll(sidecars.Where((_, i) => i % 10 == 7 && i != 57).Select(s => s.IsQuietAsync())), Assert.True);
        Assert.Equal(before + 1 + (Count / 10) - 1, await plane.MetricAsync("responses_sent_total"));
        foreach (var sidecar in sidecars) sidecar.Dispose();
    }
}
