using Hauberk.ControlPlane.Registry;
using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.Tests.Registry;

public sealed class ClaimTests
{
    [Theory]
    [InlineData("WorkloadAddress", "a", "WorkloadAddress", "a", true)]
    [InlineData("WorkloadAddress", "a", "WorkloadAddress", "b", true)]
    [InlineData("WorkloadAddress", "a", "VirtualAddress", "a", true)]
    [InlineData("VirtualAddress", "a", "VirtualAddress", "b", true)]
    [InlineData("VirtualAddress", "a", "ServiceEntryAddress", "a", true)]
    [InlineData("VirtualAddress", "a", "ExternalAddress", "a", true)]
    [InlineData("WorkloadAddress", "a", "ServiceEntryAddress", "a", false)]
    [InlineData("WorkloadAddress", "a", "ServiceEntryAddress", "b", true)]
    [InlineData("WorkloadAddress", "a", "ExternalAddress", "b", true)]
    [InlineData("ServiceEntryAddress", "a", "ServiceEntryAddress", "a", false)]
    [InlineData("ServiceEntryAddress", "a", "ServiceEntryAddress", "b", true)]
    [InlineData("ServiceEntryAddress", "a", "ExternalAddress", "b", true)]
    [InlineData("ExternalAddress", "a", "ExternalAddress", "b", false)]
    [InlineData("ServiceEntryHost", "a", "ServiceEntryHost", "b", true)]
    [InlineData("ServiceEntryHost", "a", "ExternalHost", "b", true)]
    [InlineData("ExternalHost", "a", "ExternalHost", "b", false)]
    [InlineData("ServiceEntryHost", "a", "ServiceEntryHost", "a", false)]
    public void Some_claims_to_one_thing_cannot_both_stand(string firstKind, string firstNamespace, string secondKind, string secondNamespace, bool excludes)
    {
        var first = new Claim(Enum.Parse<ClaimKind>(firstKind), "x", new ResourceKey("", "k", firstNamespace, "first"), "");
        var second = new Claim(Enum.Parse<ClaimKind>(secondKind), "x", new ResourceKey("", "k", secondNamespace, "second"), "");
        Assert.Equal((excludes, excludes), (first.Excludes(second), second.Excludes(first)));
        Assert.False(first.Excludes(second with { Value = "y" }));
        Assert.False(first.Excludes(second with { Owner = first.Owner }));
    }

    [Theory]
    [InlineData("10.0.0.0/31", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.0/31", true)]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1/128", true)]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", true)]
    [InlineData("10.0.0.0/31", "10.0.0.2", false)]
    [InlineData("::/0", "10.0.0.1", false)]
    [InlineData("a.example", "10.0.0.1", false)]
    public void A_range_claims_every_address_in_it(string first, string second, bool excludes)
    {
        Claim ByNamespace(string value, string @namespace) => new(
            ClaimKind.ServiceEntryAddress, Claim.Canonical(value) ?? value, new ResourceKey("", "k", @namespace, "x"), "");
        Assert.Equal(excludes, ByNamespace(first, "a").Excludes(ByNamespace(second, "b")));
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("FD00::0001", "fd00::1")]
    [InlineData("10.0.0.5/8", "10.0.0.0/8")]
    [InlineData("10.0.0.5/32", "10.0.0.5")]
    [InlineData("::ffff:10.0.0.5/104", "10.0.0.0/8")]
    [InlineData("fd00:1::2/31", "fd00::/31")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("None", null)]
    [InlineData("orders.example", null)]
    public void Addresses_compare_in_one_form(string written, string? canonical) => Assert.Equal(canonical, Claim.Canonical(written));
}
