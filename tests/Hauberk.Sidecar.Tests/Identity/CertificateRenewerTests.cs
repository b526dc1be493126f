using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Identity;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hauberk.Sidecar.Tests.Identity;

public sealed class CertificateRenewerTests : IAsyncDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private readonly ManualTime time = new();
    private readonly TemporaryDirectory directory = new();
    private readonly CertificateHolder holder = new();
    private readonly CancellationTokenSource stop = new();
    private readonly TestMesh mesh;
    private readonly TestIssuer issuer;
    private readonly CertificateFile file;
    private CertificateRenewer? renewer;
    private Task running = Task.CompletedTask;

    public CertificateRenewerTests()
    {
        mesh = new TestMesh(time.GetUtcNow());
        issuer = new TestIssuer(mesh, time, Lifetime);
        file = new CertificateFile(StateDirectory.Open(directory.At("state")));
    }

    [Fact]
    public async Task The_first_certificate_is_asked_for_with_the_token_and_the_next_with_the_certificate_at_half_of_its_life()
    {
        Start();
        await time.AdvanceUntilAsync(() => holder.Current is not null, TimeSpan.Zero + TimeSpan.FromMilliseconds(1), Step);
        var first = holder.Current!;
        await time.AdvanceUntilAsync(() => issuer.Requests.Count == 2, Step, Lifetime);

        Assert.Equal([true, false], issuer.Requests.Select(static r => r.ByToken));
        var age = issuer.Requests[1].At - first.NotBefore;
        Assert.InRange(age, Lifetime * 0.49, Lifetime * 0.51 + Step);
    }

    [Theory]
    [InlineData(0.0, 0.51)]
    [InlineData(0.5, 0.50)]
    [InlineData(0.999999, 0.49)]
    public void Renewal_is_due_at_half_of_the_life_give_or_take_a_hundredth(double fraction, double expected)
    {
        var now = time.GetUtcNow();
        var certificate = TestWorkload.Certificate(mesh, now, now + Lifetime);
        var due = CertificateRenewer.RenewalTime(certificate, fraction);
        Assert.Equal(expected, (due - now) / Lifetime, 3);
    }

    [Fact]
    public async Task A_refused_renewal_keeps_the_valid_certificate_and_is_tried_again_ever_more_rarely()
    {
        holder.Swap(TestWorkload.Certificate(mesh, time.GetUtcNow(), time.GetUtcNow() + Lifetime));
        var valid = holder.Current;
        issuer.Refuses = true;
        Start();
        await time.AdvanceUntilAsync(() => issuer.Requests.Count > 0, Step, Lifetime);
        await time.AdvanceUntilAsync(() => issuer.Requests.Count >= 14, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

        Assert.Same(valid, holder.Current);
        Assert.All(issuer.Requests, static r => Assert.False(r.ByToken));
        var gaps = issuer.Requests.Zip(issuer.Requests.Skip(1), static (a, b) => b.At - a.At).ToList();
        Assert.All(gaps, static gap => Assert.InRange(gap, TimeSpan.Zero, TimeSpan.FromSeconds(153)));
        Assert.InRange(gaps[^1], TimeSpan.FromSeconds(75), TimeSpan.FromSeconds(153));
    }

    [Fact]
    public async Task A_certificate_that_ran_out_is_not_used_a_moment_longer_and_the_token_is_tried()
    {
        holder.Swap(TestWorkload.Certificate(mesh, time.GetUtcNow(), time.GetUtcNow() + Lifetime));
        var end = holder.Current!.NotAfter;
        DateTimeOffset? taken = null;
        holder.Changed += _ => taken ??= time.GetUtcNow();
        issuer.Refuses = true;
        Start();
        await time.AdvanceUntilAsync(() => holder.Current is null, Step, Lifetime * 2);
        await time.AdvanceUntilAsync(() => issuer.Requests[^1].ByToken, Step, Lifetime);
        Assert.InRange(taken!.Value, end, end + Step);

        issuer.Refuses = false;
        await time.AdvanceUntilAsync(() => holder.Current is not null, Step, Lifetime);
    }

    [Fact]
    public async Task A_spent_token_is_hopeless_only_where_there_is_no_certificate()
    {
        holder.Swap(TestWorkload.Certificate(mesh, time.GetUtcNow(), time.GetUtcNow() + Lifetime));
        (issuer.Refuses, issuer.IsTokenSpent) = (true, true);
        Start();
        await time.AdvanceUntilAsync(() => issuer.Requests.Count > 3, Step, Lifetime);
        Assert.False(renewer!.Hopeless.IsCompleted);
        await time.AdvanceUntilAsync(() => renewer.Hopeless.IsCompleted, Step, Lifetime);
        Assert.Null(holder.Current);
    }

    [Fact]
    public async Task A_new_certificate_is_on_disk_for_the_next_run()
    {
        Start();
        await time.AdvanceUntilAsync(() => holder.Current is not null, TimeSpan.FromMilliseconds(1), Step);
        Assert.True(file.TryLoad(TestWorkload.Id, mesh.Bundles, time.GetUtcNow(), out var loaded, out var problem), problem);
        Assert.Equal(holder.Current!.ChainDer.Select(static c => Convert.ToHexString(c.Span)), loaded.ChainDer.Select(static c => Convert.ToHexString(c.Span)));
        Assert.Equal(holder.Current.PrivateKeyDer.ToArray(), loaded.PrivateKeyDer.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
        directory.Dispose();
    }

    private void Start()
    {
        renewer = new CertificateRenewer(holder, file, issuer, time, NullLogger<CertificateRenewer>.Instance);
        running = renewer.RunAsync(stop.Token);
    }
}
