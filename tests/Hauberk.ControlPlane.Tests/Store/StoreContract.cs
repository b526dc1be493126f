using System.Text;
using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.Tests.Store;

/// <summary>What every store must do. A new implementation derives from this and opens itself.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    protected static StoreLimits SmallLimits { get; } = new() { MaxResourceBytes = 1000, MaxResources = 20, MaxTotalBytes = 5000, MaxEvents = 8, MaxEventBytes = 4000 };

    private static readonly GroupResource Services = new("", "services");
    private static readonly ResourceKey Orders = Services.Key("shop", "orders");

    protected IResourceStore Store { get; private set; } = null!;

    protected abstract Task<IResourceStore> OpenAsync(StoreLimits limits);

    public async ValueTask InitializeAsync() => Store = await OpenAsync(SmallLimits);

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task What_was_written_can_be_read()
    {
        var written = await Write(Orders, "1");
        Assert.Equal(WriteOutcome.Done, written.Outcome);
        Assert.Equal("1", Text(Store.Current.Get(Orders)));
        Assert.Equal(written.Revision, Store.Current.Get(Orders)!.Revision);
        Assert.Equal(written.Revision, Store.Current.Revision);
    }

    [Fact]
    public async Task Each_write_has_the_next_revision_whatever_it_touches()
    {
        var first = await Write(Orders, "1");
        var second = await Write(Services.Key("shop", "web"), "1");
        var third = await Store.DeleteAsync(Orders, cancellation: Cancellation);
        Assert.Equal([first.Revision + 1, first.Revision + 2], [second.Revision, third.Revision]);
    }

    [Fact]
    public async Task A_create_finds_what_is_there_already()
    {
        await Write(Orders, "1", ifRevision: 0);
        var again = await Write(Orders, "2", ifRevision: 0);
        Assert.Equal(WriteOutcome.Conflict, again.Outcome);
        Assert.Equal("1", Text(again.Resource));
        Assert.Equal("1", Text(Store.Current.Get(Orders)));
    }

    [Fact]
    public async Task An_update_is_refused_when_another_came_first()
    {
        var created = await Write(Orders, "1");
        Assert.True((await Write(Orders, "2", created.Revision)).IsDone);
        Assert.Equal(WriteOutcome.Conflict, (await Write(Orders, "3", created.Revision)).Outcome);
        Assert.Equal("2", Text(Store.Current.Get(Orders)));
    }

    [Fact]
    public async Task An_update_of_what_is_gone_is_refused()
    {
        var created = await Write(Orders, "1");
        await Store.DeleteAsync(Orders, cancellation: Cancellation);
        Assert.Equal(WriteOutcome.NotFound, (await Write(Orders, "2", created.Revision)).Outcome);
        Assert.Null(Store.Current.Get(Orders));
    }

    [Fact]
    public async Task A_deletion_keeps_to_its_condition()
    {
        var created = await Write(Orders, "1");
        await Write(Orders, "2");
        Assert.Equal(WriteOutcome.Conflict, (await Store.DeleteAsync(Orders, created.Revision, Cancellation)).Outcome);
        Assert.True((await Store.DeleteAsync(Orders, created.Revision + 1, Cancellation)).IsDone);
        Assert.Equal(WriteOutcome.NotFound, (await Store.DeleteAsync(Orders, null, Cancellation)).Outcome);
    }

    [Fact]
    public async Task Of_many_that_race_for_one_revision_exactly_one_wins()
    {
        var created = await Write(Orders, "0");
        var results = await Task.WhenAll(Enumerable.Range(1, 64).Select(i => Task.Run(() => Write(Orders, $"{i}", created.Revision), Cancellation)));
        var winner = Assert.Single(results, r => r.IsDone);
        Assert.Equal(Text(winner.Resource), Text(Store.Current.Get(Orders)));
        Assert.All(results.Where(r => r != winner), r => Assert.Equal(WriteOutcome.Conflict, r.Outcome));
    }

    [Fact]
    public async Task A_write_that_changes_nothing_makes_no_revision()
    {
        var first = await Write(Orders, "1");
        var second = await Write(Orders, "1");
        Assert.True(second.IsDone);
        Assert.Equal(first.Revision, second.Revision);
        Assert.Equal(first.Revision, Store.Current.Revision);
    }

    [Fact]
    public async Task Lists_are_ordered_and_hold_only_what_was_asked_for()
    {
        foreach (var (ns, name) in new[] { ("shop", "b"), ("legacy", "z"), ("shop", "a") }) await Write(Services.Key(ns, name), "1");
        await Write(new ResourceKey("networking.istio.io", "services", "shop", "x"), "1");

        Assert.Equal(["legacy/z", "shop/a", "shop/b"], Store.Current.List(Services).Select(r => $"{r.Key.Namespace}/{r.Key.Name}"));
        Assert.Equal(["a", "b"], Store.Current.List(Services, "shop").Select(r => r.Key.Name));
    }

    [Fact]
    public async Task A_snapshot_stays_as_it_was()
    {
        await Write(Orders, "1");
        var before = Store.Current;
        await Write(Orders, "2");
        Assert.Equal("1", Text(before.Get(Orders)));
    }

    [Fact]
    public async Task The_callers_buffer_is_not_the_stores()
    {
        var buffer = "1"u8.ToArray();
        await Store.WriteAsync(Orders, buffer, null, Cancellation);
        buffer[0] = (byte)'9';
        Assert.Equal("1", Text(Store.Current.Get(Orders)));
    }

    [Fact]
    public async Task What_is_too_large_is_refused()
    {
        Assert.Equal(WriteOutcome.TooLarge, (await Write(Orders, new string('x', SmallLimits.MaxResourceBytes + 1))).Outcome);
        for (var i = 0; i < 5; i++) Assert.True((await Write(Services.Key("shop", $"s{i}"), new string('x', 1000))).IsDone);
        Assert.Equal(WriteOutcome.Full, (await Write(Orders, "1")).Outcome);
        Assert.True((await Write(Services.Key("shop", "s0"), "1")).IsDone);
        Assert.True((await Write(Orders, "1")).IsDone);
    }

    [Fact]
    public async Task There_is_a_bound_on_how_many()
    {
        for (var i = 0; i < SmallLimits.MaxResources; i++) Assert.True((await Write(Services.Key("shop", $"s{i}"), "1")).IsDone);
        Assert.Equal(WriteOutcome.Full, (await Write(Orders, "1")).Outcome);
        await Store.DeleteAsync(Services.Key("shop", "s3"), cancellation: Cancellation);
        Assert.True((await Write(Orders, "1")).IsDone);
    }

    [Fact]
    public async Task A_watch_sees_every_change_in_order_with_before_and_after()
    {
        var start = Store.Current.Revision;
        await Write(Orders, "1");
        await Write(Orders, "2");
        await Store.DeleteAsync(Orders, cancellation: Cancellation);

        var watch = Store.Watch(start);
        Assert.True(watch.TryTake(out var events));
        Assert.Equal([start + 1, start + 2, start + 3], events.Select(e => e.Revision));
        Assert.Equal([null, "1", "2"], events.Select(e => Text(e.Before)));
        Assert.Equal(["1", "2", null], events.Select(e => Text(e.After)));
        Assert.Equal(start + 3, watch.Revision);
    }

    [Fact]
    public async Task A_watch_waits_for_the_next_change()
    {
        var watch = Store.Watch(Store.Current.Revision);
        Assert.True(watch.TryTake(out var none));
        Assert.Empty(none);
        var waiting = watch.WaitAsync(Cancellation);
        Assert.False(waiting.IsCompleted);
        await Write(Orders, "1");
        await waiting;
        Assert.True(watch.TryTake(out var events));
        Assert.Equal("1", Text(Assert.Single(events).After));
    }

    [Fact]
    public async Task An_acknowledged_write_is_already_there_to_watch_and_read()
    {
        for (var i = 0; i < 200; i++)
        {
            var watch = Store.Watch(Store.Current.Revision);
            var written = await Write(Orders, $"{i}");
            Assert.Equal($"{i}", Text(Store.Current.Get(Orders)));
            Assert.True(watch.TryTake(out var events));
            Assert.Equal(written.Revision, Assert.Single(events).Revision);
        }
    }

    [Fact]
    public async Task A_watch_from_too_long_ago_is_told_so()
    {
        var start = Store.Current.Revision;
        for (var i = 0; i < SmallLimits.MaxEvents; i++) await Write(Orders, $"{i}");
        Assert.True(Store.Watch(start).TryTake(out _));
        await Write(Orders, "one more");
        Assert.False(Store.Watch(start).TryTake(out _));
        Assert.True(Store.Watch(start + 1).TryTake(out _));
    }

    [Fact]
    public async Task Large_changes_shorten_what_a_watch_can_go_back_to()
    {
        var start = Store.Current.Revision;
        for (var i = 0; i < 4; i++) await Write(Orders, $"{i}" + new string('x', 900));
        Assert.False(Store.Watch(start).TryTake(out _));
        Assert.True(Store.Watch(Store.Current.Revision - 1).TryTake(out _));
    }

    [Fact]
    public void A_watch_from_the_future_is_told_so() => Assert.False(Store.Watch(Store.Current.Revision + 1).TryTake(out _));

    [Fact]
    public async Task Waiting_ends_with_its_caller()
    {
        using var caller = new CancellationTokenSource();
        var waiting = Store.Watch(Store.Current.Revision).WaitAsync(caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static string? Text(StoredResource? resource) => resource is null ? null : Encoding.UTF8.GetString(resource.Json.Span);

    protected Task<WriteResult> Write(ResourceKey key, string json, long? ifRevision = null) =>
        Store.WriteAsync(key, Encoding.UTF8.GetBytes(json), ifRevision, Cancellation);
}
