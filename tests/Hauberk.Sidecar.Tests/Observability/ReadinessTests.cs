using System.Net;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Observability;
using Microsoft.Extensions.Logging.Abstractions;
using Condition = Hauberk.Sidecar.Observability.ReadinessCondition;

namespace Hauberk.Sidecar.Tests.Observability;

public sealed class ReadinessTests
{
    private readonly CertificateHolder certificates = new();
    private readonly SnapshotHolder snapshots = new();
    private readonly Readiness readiness;

    public ReadinessTests() => readiness = new Readiness(certificates, snapshots);

    [Fact]
    public void It_takes_a_certificate_a_configuration_and_listeners()
    {
        Assert.Equal([Condition.Certificate, Condition.Configuration, Condition.Listeners], readiness.Missing);
        readiness.Set(Condition.Listeners, true);
        readiness.Set(Condition.Configuration, true);
        Assert.Equal([Condition.Certificate], readiness.Missing);
        Assert.False(readiness.FirstReady.IsCompleted);
        readiness.Set(Condition.Certificate, true);
        Assert.Empty(readiness.Missing);
        Assert.True(readiness.FirstReady.IsCompleted);
    }

    [Fact]
    public void A_certificate_that_ran_out_ends_it()
    {
        foreach (var condition in new[] { Condition.Certificate, Condition.Configuration, Condition.Listeners })
            readiness.Set(condition, true);
        certificates.Swap(null);
        Assert.Equal([Condition.Certificate], readiness.Missing);
    }

    [Fact]
    public async Task The_page_says_what_is_missing_and_answers_503_until_nothing_is()
    {
        await using var server = new HttpServer(NullLoggerFactory.Instance);
        var listening = server.Serve(new IPEndPoint(IPAddress.Loopback, 0), new ReadinessPage(readiness).ServeAsync);
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://{listening.IPEndPoint}") };

        using var early = await client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
        Assert.Equal("not ready: Certificate, Configuration, Listeners\n", await early.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        foreach (var condition in new[] { Condition.Certificate, Condition.Configuration, Condition.Listeners })
            readiness.Set(condition, true);
        using var ready = await client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        using var other = await client.GetAsync("/elsewhere", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }
}
