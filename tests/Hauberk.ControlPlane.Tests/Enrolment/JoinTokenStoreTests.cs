using Hauberk.CertificateAuthority.Joining;
using Hauberk.ControlPlane.Enrolment;
using Hauberk.ControlPlane.Store;
using Hauberk.Identity;

namespace Hauberk.ControlPlane.Tests.Enrolment;

public sealed class JoinTokenStoreTests : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("hauberk-tokens-").FullName;
    private readonly SqliteStore store;
    private readonly SettableClock clock = new();
    private readonly JoinTokenStore tokens;

    public JoinTokenStoreTests()
    {
        store = SqliteStore.Open(Path.Combine(directory, "store.db"));
        tokens = new JoinTokenStore(store, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_token_comes_back_as_it_was_kept()
    {
        var record = Record("a", clock.Now.AddHours(1));
        Assert.True(await tokens.TryAddAsync(record, Cancellation));
        Assert.Equal(record, await tokens.FindAsync("a", Cancellation));
        Assert.False(await tokens.TryAddAsync(record, Cancellation));
        Assert.Null(await tokens.FindAsync("b", Cancellation));
    }

    [Fact]
    public async Task Of_many_that_mark_it_used_one_succeeds()
    {
        await tokens.TryAddAsync(Record("a", clock.Now.AddHours(1)), Cancellation);
        var marked = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => tokens.TryMarkUsedAsync("a", clock.Now.AddSeconds(i), Cancellation))));
        Assert.Single(marked, true);
    }

    [Fact]
    public async Task Only_whoever_spent_it_can_give_it_back()
    {
        await tokens.TryAddAsync(Record("a", clock.Now.AddHours(1)), Cancellation);
        Assert.False(await tokens.TryRestoreAsync("a", clock.Now, Cancellation));
        Assert.True(await tokens.TryMarkUsedAsync("a", clock.Now, Cancellation));
        Assert.False(await tokens.TryRestoreAsync("a", clock.Now.AddSeconds(1), Cancellation));
        Assert.True(await tokens.TryRestoreAsync("a", clock.Now, Cancellation));
        Assert.True(await tokens.TryMarkUsedAsync("a", clock.Now, Cancellation));
    }

    [Fact]
    public async Task Expired_tokens_are_forgotten()
    {
        await tokens.TryAddAsync(Record("a", clock.Now.AddHours(1)), Cancellation);
        clock.Now = clock.Now.AddHours(2);
        await tokens.TryAddAsync(Record("b", clock.Now.AddHours(1)), Cancellation);
        Assert.Null(await tokens.FindAsync("a", Cancellation));
        Assert.Equal(1, store.Current.Count);
    }

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        var joining = new JoinTokens(tokens, clock);
        var minted = await joining.MintAsync(new(TrustDomain.Parse("cluster.local"), "shop", "orders", "orders-1", TimeSpan.FromMinutes(1)), Cancellation);
        clock.Now = clock.Now.AddMinutes(1);
        Assert.Contains("expired", (await joining.RedeemAsync(minted.Value!.Reveal(), Cancellation)).Problem!.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static JoinTokenRecord Record(string id, DateTimeOffset expiresAt) =>
        new(id, new string('0', 64), SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/orders"), "orders-1", expiresAt, null);

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
