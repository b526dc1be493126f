using Hauberk.Identity.Tests.Corpus;

namespace Hauberk.Identity.Tests;

public sealed class VerifiedChainCacheTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TestMesh Mesh = new(Now);

    [Fact]
    public void A_known_chain_is_answered_from_memory()
    {
        var cache = new VerifiedChainCache();
        var first = Verify(cache, Mesh.Web(), Now);
        Assert.NotSame(first, Verify(cache, Mesh.Web(), Now));
        var web = Mesh.Web();
        Assert.Same(Verify(cache, web, Now), Verify(cache, web, Now.AddHours(1)));
    }

    [Fact]
    public void An_entry_dies_with_its_certificate()
    {
        var cache = new VerifiedChainCache();
        var web = Mesh.Web();
        Assert.True(Verify(cache, web, Now).IsAccepted);
        Assert.Equal(IdentityProblemCode.Expired, Verify(cache, web, Now.AddHours(24)).Problem?.Code);
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void An_entry_is_not_used_at_a_time_before_its_certificate_is_valid()
    {
        var cache = new VerifiedChainCache();
        var web = Mesh.Web();
        Assert.True(Verify(cache, web, Now).IsAccepted);
        Assert.Equal(IdentityProblemCode.NotYetValid, Verify(cache, web, Now.AddHours(-1)).Problem?.Code);
    }

    [Fact]
    public void An_entry_dies_when_the_bundles_change()
    {
        var cache = new VerifiedChainCache();
        var web = Mesh.Web();
        Assert.True(Verify(cache, web, Now).IsAccepted);
        var without = Mesh.Bundles.With(TestMesh.Bundle("cluster.local", Mesh.PartnerRoot));
        Assert.False(cache.Verify(web.Der, without, PeerRole.Client, Now).IsAccepted);
    }

    [Fact]
    public void What_a_chain_proved_as_a_client_proves_nothing_as_a_server()
    {
        var cache = new VerifiedChainCache();
        var leaf = (Mesh.Leaf() with { ExtendedKeyUsages = [CertificateRecipe.ClientAuth] }).SignedBy(Mesh.Intermediate);
        var chain = TestMesh.Present(leaf, Mesh.Intermediate);
        Assert.True(cache.Verify(chain.Der, Mesh.Bundles, PeerRole.Client, Now).IsAccepted);
        Assert.False(cache.Verify(chain.Der, Mesh.Bundles, PeerRole.Server, Now).IsAccepted);
    }

    [Fact]
    public void Refusals_take_no_room()
    {
        var cache = new VerifiedChainCache();
        foreach (var bad in BadCertificates.All)
            Assert.False(cache.Verify(bad.Make(Mesh).Der, Mesh.Bundles, bad.Roles[0], Now).IsAccepted, bad.Name);
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void The_least_recently_used_entry_goes_first()
    {
        var cache = new VerifiedChainCache(capacity: 2);
        PresentedChain[] webs = [Mesh.Web(), Mesh.Web(), Mesh.Web()];
        var first = Verify(cache, webs[0], Now);
        var second = Verify(cache, webs[1], Now);
        Verify(cache, webs[0], Now);
        Verify(cache, webs[2], Now);
        Assert.Equal(2, cache.Count);
        Assert.Same(first, Verify(cache, webs[0], Now));
        Assert.NotSame(second, Verify(cache, webs[1], Now));
    }

    [Fact]
    public void Many_threads_over_few_places_always_get_the_right_answer()
    {
        var cache = new VerifiedChainCache(capacity: 3);
        var chains = Enumerable.Range(0, 8)
            .Select(i => (Id: $"spiffe://cluster.local/n{i}", Chain: TestMesh.Present(Mesh.Leaf($"spiffe://cluster.local/n{i}").SignedBy(Mesh.Root))))
            .ToArray();
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var (id, chain) = chains[i * 7 % chains.Length];
            Assert.Equal(id, Verify(cache, chain, Now).Identity?.ToString());
        });
        Assert.Equal(3, cache.Count);
    }

    private static PeerVerification Verify(VerifiedChainCache cache, PresentedChain chain, DateTimeOffset now) =>
        cache.Verify(chain.Der, Mesh.Bundles, PeerRole.Client, now);
}
