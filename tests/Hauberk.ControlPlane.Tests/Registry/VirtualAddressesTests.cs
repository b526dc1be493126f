using System.Net;
using Hauberk.ControlPlane.Registry;

namespace Hauberk.ControlPlane.Tests.Registry;

public sealed class VirtualAddressesTests
{
    [Fact]
    public void Every_address_but_the_first_and_last_is_given_out_once_and_then_none()
    {
        var addresses = new VirtualAddresses(IPNetwork.Parse("192.0.2.0/29"));
        var taken = new HashSet<string>();
        while (addresses.FindFree($"s{taken.Count}", taken.Contains) is { } free) Assert.True(taken.Add(free));
        Assert.Equal(Enumerable.Range(1, 6).Select(i => $"192.0.2.{i}"), taken.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_name_tends_to_its_own_address()
    {
        var addresses = new VirtualAddresses(IPNetwork.Parse("10.255.0.0/16"));
        Assert.Equal(addresses.FindFree("shop/orders", static _ => false), addresses.FindFree("shop/orders", static _ => false));
        Assert.NotEqual(addresses.FindFree("shop/orders", static _ => false), addresses.FindFree("shop/web", static _ => false));
    }

    [Theory]
    [InlineData("10.0.0.0/30")]
    [InlineData("0.0.0.0/4")]
    [InlineData("fd00::/64")]
    public void What_is_no_sensible_network_is_refused(string network) => Assert.Throws<ArgumentException>(() => new VirtualAddresses(IPNetwork.Parse(network)));
}
