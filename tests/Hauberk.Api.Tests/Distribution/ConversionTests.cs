using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Hauberk.Api.Distribution;
using Hauberk.Identity;
using CoreTrustBundle = Hauberk.Identity.TrustBundle;
using CoreWorkload = Hauberk.Policy.Resources.Workload;

namespace Hauberk.Api.Tests.Distribution;

public sealed class ConversionTests
{
    private static readonly CoreWorkload Orders = new()
    {
        Namespace = "shop",
        Name = "orders-1",
        ServiceAccount = "orders",
        Labels = ImmutableDictionary<string, string>.Empty.Add("app", "orders").Add("version", "v1"),
        Addresses = ["10.0.0.4", "fd00::4"],
    };

    [Fact]
    public void A_workload_comes_back_as_it_was_sent()
    {
        Assert.True(WorkloadConversion.TryRead(Workload.Parser.ParseFrom(Orders.ToMessage().ToByteArray()), out var read, out var problem), problem);
        Assert.Equal((Orders.Namespace, Orders.Name, Orders.ServiceAccount), (read.Namespace, read.Name, read.ServiceAccount));
        Assert.Equal(Orders.Labels.ToHashSet(), read.Labels.ToHashSet());
        Assert.Equal(Orders.Addresses, read.Addresses);
    }

    public static TheoryData<string, Action<Workload>> BadWorkloads => new()
    {
        { "workload.namespace", w => w.Namespace = "" },
        { "workload.name", w => w.Name = new string('x', 513) },
        { "workload.service_account", w => w.ServiceAccount = "" },
        { "workload.labels", w => w.Labels.Add("", "x") },
        { "workload.addresses", w => w.Addresses.Add("orders.example") },
        { "workload.addresses", w => w.Addresses.AddRange(Enumerable.Repeat("10.0.0.1", 65)) },
    };

    [Theory, MemberData(nameof(BadWorkloads))]
    public void A_workload_out_of_bounds_is_refused_by_field(string field, Action<Workload> spoil)
    {
        var message = Orders.ToMessage();
        spoil(message);
        Assert.False(WorkloadConversion.TryRead(message, out _, out var problem));
        Assert.Contains(field, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_workload_is_refused() => Assert.False(WorkloadConversion.TryRead(null, out _, out _));

    [Fact]
    public void A_trust_bundle_comes_back_as_it_was_sent()
    {
        Assert.True(CoreTrustBundle.TryCreate(TrustDomain.Parse("cluster.local"), [Root()], out var bundle, out _));
        Assert.True(TrustBundleConversion.TryRead(bundle.ToMessage(), out var read, out var problem), problem);
        Assert.Equal(TrustBundleSet.Of(bundle).Version, TrustBundleSet.Of(read).Version);
    }

    [Fact]
    public void A_trust_bundle_with_no_trust_domain_or_no_root_is_refused()
    {
        var root = ByteString.CopyFrom(Root());
        Assert.False(TrustBundleConversion.TryRead(new() { TrustDomain = "a b", Roots = { root } }, out _, out _));
        Assert.False(TrustBundleConversion.TryRead(new() { TrustDomain = "cluster.local" }, out _, out _));
        Assert.False(TrustBundleConversion.TryRead(new() { TrustDomain = "cluster.local", Roots = { ByteString.CopyFromUtf8("no") } }, out _, out _));
    }

    [Fact]
    public void Type_urls_are_those_of_the_messages()
    {
        Assert.Equal("type.googleapis.com/hauberk.v1.WorkloadConfiguration", ResourceTypeUrl.WorkloadConfiguration);
        Assert.Equal(5, ResourceTypeUrl.All.Distinct().Count());
        Assert.Equal("Destination", ResourceTypeUrl.ShortName(ResourceTypeUrl.Destination));
    }

    private static byte[] Root()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var root = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        return root.RawData;
    }
}
