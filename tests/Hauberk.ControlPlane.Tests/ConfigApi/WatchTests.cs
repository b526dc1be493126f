using System.Net;
using System.Text.Json.Nodes;
using Hauberk.ControlPlane.ConfigApi;

namespace Hauberk.ControlPlane.Tests.ConfigApi;

public sealed class WatchTests : IAsyncLifetime
{
    private const string Services = "/api/v1/namespaces/shop/services";
    private RunningControlPlane plane = null!;

    public async ValueTask InitializeAsync() =>
        plane = await RunningControlPlane.StartAsync(new WatchLimits { BookmarkInterval = TimeSpan.FromMilliseconds(200), MaxDuration = TimeSpan.FromMinutes(1) });

    public ValueTask DisposeAsync() => plane.DisposeAsync();

    [Fact]
    public async Task A_watch_shows_what_is_there_and_then_every_change()
    {
        await plane.AddServiceAsync("shop", "orders", "{}");
        using var watch = await WatchAsync(Services + "?watch=1");
        Assert.Equal(("ADDED", "orders"), await watch.NextAsync());
        await plane.AddServiceAsync("shop", "web", "{}");
        await plane.AddServiceAsync("bank", "vault", "{}");
        await plane.PatchAsync(Services + "/web", """{"metadata":{"labels":{"a":"b"}}}""");
        await plane.DeleteAsync(Services + "/orders");
        Assert.Equal(("ADDED", "web"), await watch.NextAsync());
        Assert.Equal(("MODIFIED", "web"), await watch.NextAsync());
        Assert.Equal(("DELETED", "orders"), await watch.NextAsync());
    }

    [Fact]
    public async Task A_watch_goes_on_from_the_version_of_a_list()
    {
        await plane.AddServiceAsync("shop", "orders", "{}");
        var version = (string)JsonNode.Parse(await plane.Api.GetStringAsync(Services, TestContext.Current.CancellationToken))!["metadata"]!["resourceVersion"]!;
        await plane.AddServiceAsync("shop", "web", "{}");
        using var watch = await WatchAsync($"{Services}?watch=true&resourceVersion={version}");
        Assert.Equal(("ADDED", "web"), await watch.NextAsync());
    }

    [Fact]
    public async Task For_a_watch_with_a_selector_what_stops_matching_is_deleted()
    {
        using var watch = await WatchAsync(Services + "?watch=1&labelSelector=a%3Db");
        await plane.AddServiceAsync("shop", "orders", "{}");
        await plane.PatchAsync(Services + "/orders", """{"metadata":{"labels":{"a":"b"}}}""");
        await plane.PatchAsync(Services + "/orders", """{"metadata":{"labels":{"c":"d"}}}""");
        await plane.PatchAsync(Services + "/orders", """{"metadata":{"labels":{"a":"x"}}}""");
        Assert.Equal(("ADDED", "orders"), await watch.NextAsync());
        Assert.Equal(("MODIFIED", "orders"), await watch.NextAsync());
        Assert.Equal(("DELETED", "orders"), await watch.NextAsync());
    }

    [Fact]
    public async Task An_idle_watch_gets_bookmarks_if_it_asked_for_them()
    {
        using var watch = await WatchAsync(Services + "?watch=1&allowWatchBookmarks=true");
        await plane.AddServiceAsync("bank", "vault", "{}");
        var bookmark = await watch.NextEventAsync();
        Assert.Equal("BOOKMARK", (string)bookmark["type"]!);
        Assert.NotEmpty((string)bookmark["object"]!["metadata"]!["resourceVersion"]!);
    }

    [Fact]
    public async Task A_watch_ends_when_its_time_is_over()
    {
        using var watch = await WatchAsync(Services + "?watch=1&timeoutSeconds=1");
        Assert.Null(await watch.LineAsync());
    }

    [Theory]
    [InlineData("999999")]
    public async Task A_version_that_is_not_known_is_gone(string version)
    {
        using var response = await plane.Api.GetAsync($"{Services}?watch=1&resourceVersion={version}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
        Assert.Equal("Expired", (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["reason"]!);
    }

    [Fact]
    public async Task A_version_from_before_a_restart_is_gone()
    {
        await plane.AddServiceAsync("shop", "orders", "{}");
        var version = (string)JsonNode.Parse(await plane.Api.GetStringAsync(Services, TestContext.Current.CancellationToken))!["metadata"]!["resourceVersion"]!;
        await plane.AddServiceAsync("shop", "web", "{}");
        await plane.RestartAsync();
        using var response = await plane.Api.GetAsync($"{Services}?watch=1&resourceVersion={version}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
    }

    [Fact]
    public async Task Watches_do_not_hold_up_a_stop()
    {
        using var watch = await WatchAsync(Services + "?watch=1");
        await plane.DisposeAsyncKeepingState().WaitAsync(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
    }

    private async Task<WatchReader> WatchAsync(string path)
    {
        var response = await plane.Api.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new WatchReader(response);
    }

    private sealed class WatchReader(HttpResponseMessage response) : IDisposable
    {
        private StreamReader? lines;

        public async Task<(string Type, string Name)> NextAsync()
        {
            while (true)
            {
                var change = await NextEventAsync();
                if ((string)change["type"]! != "BOOKMARK") return ((string)change["type"]!, (string)change["object"]!["metadata"]!["name"]!);
            }
        }

        public async Task<JsonObject> NextEventAsync() => JsonNode.Parse((await LineAsync())!)!.AsObject();

        public async Task<string?> LineAsync()
        {
            lines ??= new StreamReader(await response.Content.ReadAsStreamAsync());
            return await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
        }

        public void Dispose() => response.Dispose();
    }
}
