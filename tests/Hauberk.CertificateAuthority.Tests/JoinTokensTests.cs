using System.Collections.Concurrent;
using CsCheck;
using Hauberk.CertificateAuthority.Joining;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Tests;

public sealed class JoinTokensTests
{
    private readonly MemoryStore store = new();
    private readonly TestClock clock = new(TestClock.Start);
    private readonly JoinTokens tokens;

    public JoinTokensTests() => tokens = new JoinTokens(store, clock);

    private static JoinTokenRequest Web => new(TestAuthority.Domain, "shop", "web", "web-1", TimeSpan.FromHours(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_makes_its_bearer_what_it_was_minted_for()
    {
        var redeemed = await tokens.RedeemAsync(await Mint(), Cancellation);
        Assert.Equal(TestAuthority.Web, redeemed.Value?.Identity);
        Assert.Equal("web-1", redeemed.Value?.WorkloadName);
        Assert.Equal(clock.Now, redeemed.Value?.UsedAt);
    }

    [Fact]
    public async Task Of_a_hundred_who_redeem_at_once_one_wins()
    {
        var token = await Mint();
        using var start = new Barrier(4);
        var outcomes = new ConcurrentBag<AuthorityProblemCode?>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait(Cancellation);
            for (var i = 0; i < 25; i++)
                outcomes.Add(tokens.RedeemAsync(token, Cancellation).GetAwaiter().GetResult().Problem?.Code);
        }, Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(100, outcomes.Count);
        Assert.Single(outcomes, static code => code is null);
        Assert.Equal(99, outcomes.Count(static code => code == AuthorityProblemCode.TokenUsed));
    }

    [Fact]
    public async Task When_all_have_read_the_token_as_unused_the_store_still_lets_one_through()
    {
        var token = await Mint();
        store.HoldReaders = 100;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => tokens.RedeemAsync(token, Cancellation)));
        Assert.Single(outcomes, static outcome => outcome.Succeeded);
        Assert.All(outcomes.Where(static o => !o.Succeeded), static o => Assert.Equal(AuthorityProblemCode.TokenUsed, o.Problem?.Code));
    }

    [Fact]
    public async Task An_expired_token_is_refused_and_stays_unused()
    {
        var token = await Mint();
        clock.Now += TimeSpan.FromHours(1);
        Assert.Equal(AuthorityProblemCode.TokenExpired, (await tokens.RedeemAsync(token, Cancellation)).Problem?.Code);
        Assert.Null(store.Records.Values.Single().UsedAt);
    }

    [Fact]
    public async Task An_unknown_token_and_a_wrong_secret_look_the_same()
    {
        var token = await Mint();
        var other = await Mint();
        var wrongSecret = await tokens.RedeemAsync(token[..30] + other[30..], Cancellation);
        var unknown = await tokens.RedeemAsync(JoinToken.Random().Reveal(), Cancellation);
        var garbage = await tokens.RedeemAsync("garbage", Cancellation);
        Assert.Equal(AuthorityProblemCode.TokenNotAccepted, wrongSecret.Problem?.Code);
        Assert.Equal(wrongSecret.Problem, unknown.Problem);
        Assert.Equal(wrongSecret.Problem, garbage.Problem);
        Assert.True((await tokens.RedeemAsync(token, Cancellation)).Succeeded);
    }

    [Fact]
    public async Task The_secret_is_neither_at_rest_nor_in_text()
    {
        var minted = (await tokens.MintAsync(Web, Cancellation)).Value!;
        var secret = minted.Reveal()[30..];
        Assert.DoesNotContain(secret, store.Records.Values.Single().ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, minted.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hauberk-system", "control-plane", AuthorityProblemCode.ReservedIdentity)]
    [InlineData("hauberk-system", "web", AuthorityProblemCode.ReservedIdentity)]
    [InlineData("Hauberk-System", "web", AuthorityProblemCode.ReservedIdentity)]
    [InlineData("shop/sa/x", "web", AuthorityProblemCode.InvalidTokenRequest)]
    [InlineData("..", "web", AuthorityProblemCode.InvalidTokenRequest)]
    [InlineData("", "web", AuthorityProblemCode.InvalidTokenRequest)]
    [InlineData("shop", "", AuthorityProblemCode.InvalidTokenRequest)]
    public async Task Tokens_for_identities_out_of_reach_cannot_be_minted(string @namespace, string account, AuthorityProblemCode code)
    {
        var outcome = await tokens.MintAsync(Web with { Namespace = @namespace, ServiceAccount = account }, Cancellation);
        Assert.Equal(code, outcome.Problem?.Code);
        Assert.Empty(store.Records);
    }

    [Fact]
    public async Task A_record_for_the_control_plane_that_got_into_the_store_another_way_is_no_way_in()
    {
        var token = JoinToken.Random();
        var record = new JoinTokenRecord(
            token.Id, token.SecretSha256, SpiffeId.ControlPlane(TestAuthority.Domain), null, clock.Now.AddHours(1), null);
        Assert.True(await store.TryAddAsync(record, Cancellation));
        Assert.Equal(AuthorityProblemCode.ReservedIdentity, (await tokens.RedeemAsync(token.Reveal(), Cancellation)).Problem?.Code);
    }

    public static TheoryData<double, string> BadRequests => new()
    {
        { 0, "web-1" },
        { -1, "web-1" },
        { 31 * 24, "web-1" },
        { 1, "" },
        { 1, "web 1" },
        { 1, new string('x', 254) },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task A_lifetime_or_name_out_of_bounds_is_refused(double hours, string workloadName)
    {
        var outcome = await tokens.MintAsync(Web with { Lifetime = TimeSpan.FromHours(hours), WorkloadName = workloadName }, Cancellation);
        Assert.Equal(AuthorityProblemCode.InvalidTokenRequest, outcome.Problem?.Code);
    }

    [Fact]
    public void A_token_has_one_spelling()
    {
        var text = JoinToken.Random().Reveal();
        Assert.True(JoinToken.TryParse(text, out var token));
        Assert.Equal(text, token.Reveal());
        Assert.Equal(JoinToken.Length, text.Length);
        string[] others =
        [
            text + "\n", " " + text, text[..^1], text + "A", text.ToUpperInvariant(), text.Replace("hbk1", "hbk2", StringComparison.Ordinal),
            text[..5] + "G" + text[6..], text[..^1] + "=", text[..29] + ":" + text[30..], text[..30] + "!" + text[31..], "", "hbk1..",
            // Same 32 bytes, other spare bits in the last character.
            text[..^1] + (char)(text[^1] + 1),
        ];
        Assert.All(others, static other => Assert.False(JoinToken.TryParse(other, out _), other));
        Assert.False(JoinToken.TryParse(null, out _));
    }

    [Fact]
    public void Any_text_as_a_token_gives_an_answer() =>
        Gen.String.Sample(static text => !JoinToken.TryParse(text, out _) && !JoinToken.TryParse(("hbk1." + text).PadRight(73)[..73], out _));

    private async Task<string> Mint() => (await tokens.MintAsync(Web, Cancellation)).Value!.Reveal();

    /// <summary>The atomic step is the dictionary's own compare-and-swap.</summary>
    private sealed class MemoryStore : IJoinTokenStore
    {
        private readonly TaskCompletionSource allHaveRead = new();
        private int readers;

        public ConcurrentDictionary<string, JoinTokenRecord> Records { get; } = new();

        /// <summary>Until so many have read, none goes on.</summary>
        public int HoldReaders { get; set; }

        public Task<bool> TryAddAsync(JoinTokenRecord record, CancellationToken cancellation) => Task.FromResult(Records.TryAdd(record.Id, record));

        public async Task<JoinTokenRecord?> FindAsync(string id, CancellationToken cancellation)
        {
            var found = Records.GetValueOrDefault(id);
            if (HoldReaders > 0)
            {
                if (Interlocked.Increment(ref readers) == HoldReaders)
                    allHaveRead.SetResult();
                await allHaveRead.Task.WaitAsync(cancellation);
            }
            return found;
        }

        public Task<bool> TryMarkUsedAsync(string id, DateTimeOffset usedAt, CancellationToken cancellation) => Task.FromResult(
            Records.TryGetValue(id, out var record) && record.UsedAt is null && Records.TryUpdate(id, record with { UsedAt = usedAt }, record));
    }
}
