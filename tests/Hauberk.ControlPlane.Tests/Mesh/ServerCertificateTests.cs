using Hauberk.CertificateAuthority;
using Hauberk.CertificateAuthority.Journal;
using Hauberk.CertificateAuthority.Signing;
using Hauberk.ControlPlane.Mesh;
using Hauberk.Identity;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hauberk.ControlPlane.Tests.Mesh;

public sealed class ServerCertificateTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("hauberk-certificate-").FullName;
    private readonly ManualClock clock = new(TimeProvider.System.GetUtcNow());
    private Signer signer = null!;
    private IssuanceJournal journal = null!;
    private ServerCertificate certificate = null!;

    public async ValueTask InitializeAsync()
    {
        signer = AuthorityFolder.LoadOrCreate(Path.Combine(directory, "ca"), TrustDomain.Parse("cluster.local"), clock.GetUtcNow()).Value!;
        journal = IssuanceJournal.Open(Path.Combine(directory, "issued.jsonl"));
        certificate = await ServerCertificate.StartAsync(
            new Authority(signer, journal, clock), ["mesh.example", "192.0.2.1"], clock, NullLogger<ServerCertificate>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await certificate.DisposeAsync();
        await journal.DisposeAsync();
        signer.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task It_is_renewed_at_half_of_its_life_and_again()
    {
        for (var round = 0; round < 3; round++)
        {
            var (first, end) = (certificate.Current, certificate.NotAfter);
            await Eventually.TrueAsync(() => clock.WaitingTimers == 1);
            clock.Advance((end - clock.GetUtcNow()) / 2 - TimeSpan.FromMinutes(10));
            Assert.Same(first, certificate.Current);
            clock.Advance(TimeSpan.FromMinutes(30));
            await Eventually.TrueAsync(() => certificate.NotAfter > end);
            Assert.NotSame(first, certificate.Current);
        }
    }

    [Fact]
    public void It_proves_the_control_plane_under_the_names_it_is_called_by()
    {
        var leaf = certificate.Current.TargetCertificate;
        Assert.True(leaf.MatchesHostname("mesh.example"));
        Assert.True(leaf.MatchesHostname("192.0.2.1"));
        Assert.False(leaf.MatchesHostname("other.example"));
        var chain = certificate.Current.IntermediateCertificates.Select(static c => (ReadOnlyMemory<byte>)c.RawData).Prepend(leaf.RawData).ToList();
        var verified = PeerVerifier.Verify(chain, TrustBundleSet.Of(signer.Bundle), PeerRole.Server, clock.GetUtcNow());
        Assert.Equal(SpiffeId.ControlPlane(TrustDomain.Parse("cluster.local")), verified.Identity);
    }

    [Fact]
    public async Task When_it_cannot_be_renewed_the_old_one_serves_on_and_it_is_tried_again()
    {
        var first = certificate.Current;
        await journal.DisposeAsync();
        await Eventually.TrueAsync(() => clock.WaitingTimers == 1);
        clock.Advance(TimeSpan.FromHours(13));
        await Eventually.TrueAsync(() => clock.WaitingTimers == 1);
        Assert.Same(first, certificate.Current);
    }
}
