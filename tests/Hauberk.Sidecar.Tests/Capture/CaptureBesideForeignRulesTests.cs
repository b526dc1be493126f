using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Hauberk.Sidecar.Tests.Capture;

/// <summary>Capture where another program translates destinations too: Docker, kube-proxy, iptables, an operator.</summary>
public sealed class CaptureBesideForeignRulesTests : CaptureTest
{
    private const int CustomaryPriority = -100;
    private const int BeforeCapture = -150;

    public CaptureBesideForeignRulesTests() => Captured.Execute("ip", "route", "add", "default", "via", "10.77.0.2");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_application_sends_comes_to_the_sidecar_and_goes_on_by_the_foreign_rule(bool isForeignFirst)
    {
        InOrder(isForeignFirst, () => Install("--mark", "77"), () => Outbound("ip daddr 10.9.9.9 tcp dport 80 dnat ip to 10.77.0.2:8080"));
        var outbound = Listen(Captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(Other, IPAddress.Any, 8080);
        await ConnectAsync(Captured, "10.9.9.9", 80);
        Assert.Equal(IPEndPoint.Parse("10.9.9.9:80"), DestinationOf(await AcceptAsync(outbound)));
        Assert.False(server.Poll(0, SelectMode.SelectRead));
        await ConnectAsync(Captured, "10.9.9.9", 80, static s => Mark(s, 77));
        await AcceptAsync(server);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(77)]
    public async Task The_sidecars_traffic_is_told_by_its_sockets_whatever_foreign_rules_make_of_the_packets_marks(int mark)
    {
        Install("--mark", "77");
        Foreign("mangle", "type route hook output priority mangle", $"meta mark set {mark}");
        Outbound("ip daddr 10.9.9.9 tcp dport 80 meta mark set meta mark or 0x4000 dnat ip to 10.77.0.2:8080");
        var outbound = Listen(Captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(Other, IPAddress.Any, 8080);
        await ConnectAsync(Captured, "10.9.9.9", 80, static s => Mark(s, 77));
        await AcceptAsync(server);
        await ConnectAsync(Captured, "10.9.9.9", 80);
        await AcceptAsync(outbound);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_client_sends_comes_to_the_sidecar(bool isForeignFirst)
    {
        InOrder(isForeignFirst, () => Install(), () => Inbound("tcp dport 80 redirect to :8080"));
        var inbound = Listen(Captured, IPAddress.Any, SidecarPorts.Inbound);
        var program = Listen(Captured, IPAddress.Any, 8080);
        await ConnectAsync(Other, "10.77.0.1", 80);
        Assert.Equal(IPEndPoint.Parse("10.77.0.1:80"), DestinationOf(await AcceptAsync(inbound)));
        Assert.False(program.Poll(0, SelectMode.SelectRead));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_left_alone_is_led_on_by_the_foreign_rule(bool isForeignFirst)
    {
        InOrder(isForeignFirst, InstallWithExclusions, () =>
        {
            Outbound("tcp dport { 80, 9001 } dnat ip to 10.77.0.2:8080", CustomaryPriority);
            Inbound("tcp dport 9000 redirect to :8080", CustomaryPriority);
        });
        await IsLedOnAsync();
    }

    [Fact]
    public async Task What_is_left_alone_is_led_on_by_a_rule_that_comes_before_capture()
    {
        InstallWithExclusions();
        Outbound("tcp dport { 80, 9001 } dnat ip to 10.77.0.2:8080", BeforeCapture);
        Inbound("tcp dport 9000 redirect to :8080", BeforeCapture);
        await IsLedOnAsync();
    }

    [Theory]
    [InlineData("10.77.0.2:8080")]
    [InlineData("10.77.0.2:9001")]
    [InlineData("10.77.0.2:15001")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("10.9.8.7:8080")]
    public async Task What_the_application_sends_is_refused_where_a_rule_before_capture_leads_it_away(string to)
    {
        InstallWithExclusions();
        Outbound($"ip daddr 10.9.9.9 tcp dport 80 dnat ip to {to}", BeforeCapture);
        Listen(Captured, IPAddress.Any, 8080);
        Array.ForEach([8080, 9001, 15001], port => Listen(Other, IPAddress.Any, port));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Captured, "10.9.9.9", 80));
        Assert.Equal(1, Refused("inet", "outbound_translated"));
    }

    [Theory]
    [InlineData("10.77.0.1", "redirect to :8080")]
    [InlineData("10.77.0.1", "redirect to :9000")]
    [InlineData("10.77.0.1", "redirect to :15001")]
    [InlineData("10.77.0.1", "dnat ip to 127.0.0.1:8080")]
    [InlineData("10.9.9.9", "dnat ip to 10.77.0.1:8080")]
    public async Task What_a_client_sends_is_refused_where_a_rule_before_capture_leads_it_to_the_application(string address, string rule)
    {
        InstallWithExclusions();
        Captured.Execute("sysctl", "-qw", "net.ipv4.conf.eth0.route_localnet=1");
        Inbound($"tcp dport 80 {rule}", BeforeCapture);
        Other.Execute("ip", "route", "add", "10.9.9.9", "via", "10.77.0.1");
        Array.ForEach([8080, 9000, 15001], port => Listen(Captured, IPAddress.Any, port));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Other, address, 80));
        Assert.Equal(1, Refused("inet", "inbound_translated"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.77.0.1")]
    public async Task A_host_calling_itself_is_left_alone_wherever_a_foreign_rule_leads_it(string address)
    {
        Install();
        Outbound("tcp dport 80 redirect to :8080");
        Outbound("tcp dport 81 dnat ip to 10.77.0.2:8080");
        Captured.Execute("nft", "add chain inet foreign postrouting { type nat hook postrouting priority 100; }; add rule inet foreign postrouting oifname eth0 masquerade");
        Captured.Execute("sysctl", "-qw", "net.ipv4.conf.all.route_localnet=1");
        var here = Listen(Captured, IPAddress.Any, 8080);
        var there = Listen(Other, IPAddress.Any, 8080);
        await ConnectAsync(Captured, address, 80);
        await AcceptAsync(here);
        await ConnectAsync(Captured, address, 81);
        await AcceptAsync(there);
    }

    [Fact]
    public async Task What_a_foreign_rule_sends_through_this_host_goes_its_way()
    {
        Captured.Execute("sysctl", "-qw", "net.ipv4.ip_forward=1");
        Install();
        Inbound("ip daddr 10.9.9.9 tcp dport 80 dnat ip to 10.77.0.2:8080");
        Captured.Execute("nft", "add chain inet foreign postrouting { type nat hook postrouting priority 100; }; add rule inet foreign postrouting masquerade");
        Other.Execute("ip", "route", "add", "10.9.9.9", "via", "10.77.0.1");
        var inbound = Listen(Captured, IPAddress.Any, SidecarPorts.Inbound);
        var server = Listen(Other, IPAddress.Any, 8080);
        await ConnectAsync(Other, "10.9.9.9", 80);
        Assert.Equal("10.77.0.1", ((IPEndPoint)(await AcceptAsync(server)).RemoteEndPoint!).Address.ToString());
        Assert.False(inbound.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task Ports_that_an_operator_needs_stay_open_where_the_connection_tracker_is_told_to_look_away()
    {
        Install();
        foreach (var (hook, port) in new[] { ("prerouting", "dport"), ("output", "sport") })
            Foreign($"look_away_{hook}", $"type filter hook {hook} priority raw", $"tcp {port} 22 notrack");
        var here = Listen(Captured, IPAddress.Any, 22);
        await ConnectAsync(Other, "10.77.0.1", 22);
        await AcceptAsync(here);
    }

    [Fact]
    public async Task A_connection_that_the_connection_tracker_takes_for_an_answer_is_not_judged_by_what_its_peer_once_called()
    {
        Install("--uid", $"{SidecarUid}", "--exclude-inbound-ports", "9000", "--exclude-outbound-ports", "9000");
        Inbound("tcp dport 9000 redirect to :8080");
        using (var raw = Other.Socket(type: SocketType.Raw))
            raw.SendTo(StrayPacket.Opening(IPAddress.Parse("10.77.0.2"), 40_000, IPAddress.Parse("10.77.0.1"), 9000), IPEndPoint.Parse("10.77.0.1:0"));
        Listen(Other, IPAddress.Any, 40_000);
        Assert.Equal(
            SocketError.ConnectionRefused,
            await ConnectErrorAsync(Captured, "10.77.0.2", 40_000, static s => s.Bind(IPEndPoint.Parse("10.77.0.1:8080"))));
        Assert.Equal(1, Refused("inet", "outbound_guard"));
    }

    [Fact]
    public async Task Over_IPv6_a_foreign_rule_leads_on_what_is_left_alone_and_nothing_else()
    {
        InstallWithExclusions();
        Outbound("meta nfproto ipv6 tcp dport 9001 dnat ip6 to [fd77::2]:8080");
        Outbound("meta nfproto ipv6 tcp dport 8080 dnat ip6 to [fd77::2]:9001");
        Inbound("meta nfproto ipv6 tcp dport 9000 redirect to :8080");
        Inbound("meta nfproto ipv6 tcp dport 8080 redirect to :9000");
        var here = Listen(Captured, IPAddress.IPv6Any, 8080);
        var there = Listen(Other, IPAddress.IPv6Any, 8080);
        Listen(Captured, IPAddress.IPv6Any, 9000);
        Listen(Other, IPAddress.IPv6Any, 9001);
        await ConnectAsync(Captured, "fd77::2", 9001);
        await AcceptAsync(there);
        await ConnectAsync(Other, "fd77::1", 9000);
        await AcceptAsync(here);
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Captured, "fd77::2", 8080));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Other, "fd77::1", 8080));
        Assert.Equal(1, Refused("ip6", "outbound_translated"));
        Assert.Equal(1, Refused("ip6", "inbound_translated"));
    }

    private static void InOrder(bool isForeignFirst, Action install, Action addForeignRules)
    {
        (isForeignFirst ? addForeignRules : install)();
        (isForeignFirst ? install : addForeignRules)();
    }

    private void InstallWithExclusions() => Install(
        "--uid", $"{SidecarUid}", "--exclude-inbound-ports", "9000", "--exclude-outbound-ports", "9001", "--exclude-outbound-cidrs", "10.9.8.0/24");

    private async Task IsLedOnAsync()
    {
        var here = Listen(Captured, IPAddress.Any, 8080);
        var there = Listen(Other, IPAddress.Any, 8080);
        await ConnectAsync(Other, "10.77.0.1", 9000);
        await AcceptAsync(here);
        await ConnectAsync(Captured, "10.9.9.9", 9001);
        await AcceptAsync(there);
        await ConnectAsync(Captured, "10.9.8.7", 80);
        await AcceptAsync(there);
    }

    private void Outbound(string rule, int priority = CustomaryPriority) => Foreign("outbound", $"type nat hook output priority {priority}", rule);

    private void Inbound(string rule, int priority = CustomaryPriority) => Foreign("inbound", $"type nat hook prerouting priority {priority}", rule);

    private void Foreign(string chain, string type, string rule) => Captured.Execute(
        "nft", $"add table inet foreign; add chain inet foreign {chain} {{ {type}; }}; add rule inet foreign {chain} {rule}");

    /// <summary>What the last rule of a chain counted.</summary>
    private int Refused(string family, string chain) => int.Parse(
        Regex.Matches(Captured.Execute("nft", "list", "chain", family, "hauberk", chain), @"counter packets (\d+)")[^1].Groups[1].Value,
        CultureInfo.InvariantCulture);
}
