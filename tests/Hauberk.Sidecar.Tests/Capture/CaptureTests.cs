using System.Net;
using System.Net.Sockets;

namespace Hauberk.Sidecar.Tests.Capture;

public sealed class CaptureTests : CaptureTest
{
    [Fact]
    public async Task A_connection_to_another_host_comes_to_the_sidecar_which_learns_where_it_was_meant_to_go()
    {
        Install();
        var outbound = Listen(Captured, IPAddress.Loopback, SidecarPorts.Outbound);
        await ConnectAsync(Captured, "10.77.0.2", 8080);
        Assert.Equal(IPEndPoint.Parse("10.77.0.2:8080"), DestinationOf(await AcceptAsync(outbound)));
    }

    [Fact]
    public async Task A_connection_from_another_host_comes_to_the_sidecar_which_learns_where_it_was_meant_to_go()
    {
        Install();
        var inbound = Listen(Captured, IPAddress.Any, SidecarPorts.Inbound);
        await ConnectAsync(Other, "10.77.0.1", 8080);
        Assert.Equal(IPEndPoint.Parse("10.77.0.1:8080"), DestinationOf(await AcceptAsync(inbound)));
    }

    [Fact]
    public async Task What_the_sidecar_sends_is_told_by_its_user()
    {
        Install();
        Listen(Captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(Other, IPAddress.Any, 8080);
        var calls = Captured.Start("setpriv", [$"--reuid={SidecarUid}", "--clear-groups", "bash", "-c", "exec 3<>/dev/tcp/10.77.0.2/8080"]);
        Assert.Equal("10.77.0.1", ((IPEndPoint)(await AcceptAsync(server)).RemoteEndPoint!).Address.ToString());
        await calls.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_the_sidecar_sends_is_told_by_its_mark()
    {
        Install("--mark", "77");
        var outbound = Listen(Captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(Other, IPAddress.Any, 8080);
        await ConnectAsync(Captured, "10.77.0.2", 8080, static s => Mark(s, 77));
        await AcceptAsync(server);
        await ConnectAsync(Captured, "10.77.0.2", 8080, static s => Mark(s, 78));
        await AcceptAsync(outbound);
    }

    [Theory]
    [InlineData(22)]
    [InlineData(15008)]
    [InlineData(15020)]
    [InlineData(15021)]
    public async Task Ports_that_an_operator_needs_are_left_alone_in_both_directions(int port)
    {
        Install();
        var here = Listen(Captured, IPAddress.Any, port);
        var there = Listen(Other, IPAddress.Any, port);
        await ConnectAsync(Other, "10.77.0.1", port);
        await AcceptAsync(here);
        await ConnectAsync(Captured, "10.77.0.2", port);
        await AcceptAsync(there);
    }

    [Fact]
    public async Task Excluded_ports_and_networks_are_left_alone_and_others_are_not()
    {
        Install("--uid", $"{SidecarUid}", "--exclude-inbound-ports", "22,9000", "--exclude-outbound-ports", "9001", "--exclude-outbound-cidrs", "10.77.0.2/32,192.0.2.0/24");
        var inbound = Listen(Captured, IPAddress.Any, SidecarPorts.Inbound);
        var nine = Listen(Captured, IPAddress.Any, 9000);
        await ConnectAsync(Other, "10.77.0.1", 9000);
        await AcceptAsync(nine);
        await ConnectAsync(Other, "10.77.0.1", 9001);
        await AcceptAsync(inbound);
        var there = Listen(Other, IPAddress.Any, 8080);
        await ConnectAsync(Captured, "10.77.0.2", 8080);
        await AcceptAsync(there);
    }

    [Fact]
    public async Task Leaving_other_ports_alone_does_not_capture_SSH()
    {
        Install("--uid", $"{SidecarUid}", "--exclude-inbound-ports", "9000", "--exclude-outbound-ports", "9001");
        var here = Listen(Captured, IPAddress.Any, 22);
        var there = Listen(Other, IPAddress.Any, 22);
        await ConnectAsync(Other, "10.77.0.1", 22);
        await AcceptAsync(here);
        await ConnectAsync(Captured, "10.77.0.2", 22);
        await AcceptAsync(there);
    }

    [Fact]
    public async Task SSH_is_captured_where_the_operator_says_so()
    {
        Install("--uid", $"{SidecarUid}", "--capture-ssh");
        var inbound = Listen(Captured, IPAddress.Any, SidecarPorts.Inbound);
        var outbound = Listen(Captured, IPAddress.Loopback, SidecarPorts.Outbound);
        await ConnectAsync(Other, "10.77.0.1", 22);
        await AcceptAsync(inbound);
        await ConnectAsync(Captured, "10.77.0.2", 22);
        await AcceptAsync(outbound);
    }

    [Fact]
    public async Task A_host_calling_itself_is_left_alone()
    {
        Install();
        Listen(Captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(Captured, IPAddress.Any, 8080);
        await ConnectAsync(Captured, "127.0.0.1", 8080);
        await AcceptAsync(server);
        await ConnectAsync(Captured, "10.77.0.1", 8080);
        await AcceptAsync(server);
    }

    [Theory]
    [InlineData(SidecarPorts.Inbound)]
    [InlineData(SidecarPorts.Outbound)]
    public async Task A_connection_straight_to_a_capture_port_is_refused(int port)
    {
        Install();
        Listen(Captured, IPAddress.Any, port);
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Other, "10.77.0.1", port));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Captured, "127.0.0.1", port));
    }

    [Fact]
    public async Task A_stray_packet_before_a_connection_does_not_lead_it_past_the_sidecar()
    {
        Install();
        Listen(Captured, IPAddress.Any, SidecarPorts.Inbound);
        var program = Listen(Captured, IPAddress.Any, 8080);
        // An ACK with a signature (RFC 2385) that nobody can check is dropped without an answer: only the connection tracker remembers it.
        using (var raw = Other.Socket(type: SocketType.Raw))
            raw.SendTo(StrayPacket.Between(IPAddress.Parse("10.77.0.2"), 40_000, IPAddress.Parse("10.77.0.1"), 8080), IPEndPoint.Parse("10.77.0.1:0"));
        var error = await Assert.ThrowsAsync<SocketException>(() =>
            ConnectAsync(Other, "10.77.0.1", 8080, static s => s.Bind(IPEndPoint.Parse("10.77.0.2:40000"))));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        Assert.False(program.Poll(0, SelectMode.SelectRead));
        await ConnectAsync(Other, "10.77.0.1", 8080);
        Assert.False(program.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task An_application_at_a_port_that_the_sidecar_has_just_had_does_not_get_past_it()
    {
        Install("--mark", "77");
        Listen(Captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(Other, IPAddress.Any, 8080);
        await BeResetAsync(await ConnectAsync(Captured, "10.77.0.2", 8080, AsSidecarFromOnePort), await AcceptAsync(server));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Captured, "10.77.0.2", 8080, FromOnePort));
        Assert.False(server.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task The_sidecar_at_a_port_that_an_application_has_just_had_does_not_come_to_itself()
    {
        Install("--mark", "77");
        var outbound = Listen(Captured, IPAddress.Loopback, SidecarPorts.Outbound);
        Listen(Other, IPAddress.Any, 8080);
        await BeResetAsync(await ConnectAsync(Captured, "10.77.0.2", 8080, FromOnePort), await AcceptAsync(outbound));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Captured, "10.77.0.2", 8080, AsSidecarFromOnePort));
        Assert.False(outbound.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task A_stray_packet_from_a_server_does_not_lead_a_connection_to_it_past_the_sidecar()
    {
        Install();
        Listen(Captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(Other, IPAddress.Any, 8080);
        using (var raw = Other.Socket(type: SocketType.Raw))
            raw.SendTo(StrayPacket.Between(IPAddress.Parse("10.77.0.2"), 8080, IPAddress.Parse("10.77.0.1"), 40_000), IPEndPoint.Parse("10.77.0.1:0"));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Captured, "10.77.0.2", 8080, FromOnePort));
        Assert.False(server.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task What_is_routed_through_this_host_goes_its_way_and_never_comes_to_the_sidecar()
    {
        using var beyond = new NetworkNamespace();
        Captured.Execute("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "eth0", "netns", beyond.Name);
        Captured.Execute("ip", "addr", "add", "192.0.2.254/24", "dev", "eth1");
        Captured.Execute("ip", "link", "set", "eth1", "up");
        Captured.Execute("bash", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
        beyond.Execute("ip", "addr", "add", "192.0.2.1/24", "dev", "eth0");
        beyond.Execute("ip", "link", "set", "eth0", "up");
        beyond.Execute("ip", "route", "add", "10.77.0.0/24", "via", "192.0.2.254");
        Other.Execute("ip", "route", "add", "192.0.2.0/24", "via", "10.77.0.1");
        Install();
        var inbound = Listen(Captured, IPAddress.Any, SidecarPorts.Inbound);
        var server = Listen(beyond, IPAddress.Any, 8080);
        await ConnectAsync(Other, "192.0.2.1", 8080);
        Assert.False(inbound.Poll(0, SelectMode.SelectRead));
        await AcceptAsync(server);
    }

    [Fact]
    public async Task A_connection_older_than_the_rules_goes_on()
    {
        var server = Listen(Other, IPAddress.Any, 8080);
        var client = await ConnectAsync(Captured, "10.77.0.2", 8080);
        var peer = await AcceptAsync(server);
        Install();
        Listen(Captured, IPAddress.Loopback, SidecarPorts.Outbound);
        await client.SendAsync("still here"u8.ToArray(), TestContext.Current.CancellationToken);
        var buffer = new byte[64];
        Assert.Equal(10, await peer.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_sidecar_captured_traffic_is_refused_and_goes_nowhere_else()
    {
        Install();
        Listen(Other, IPAddress.Any, 8080);
        Listen(Captured, IPAddress.Any, 8080);
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Captured, "10.77.0.2", 8080));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Other, "10.77.0.1", 8080));
    }

    [Fact]
    public async Task Ipv6_does_not_go_around_the_mesh_unless_it_is_told_to()
    {
        Install();
        var here = Listen(Captured, IPAddress.IPv6Any, 8080);
        var there = Listen(Other, IPAddress.IPv6Any, 8080);
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Captured, "fd77::2", 8080));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(Other, "fd77::1", 8080));
        Install("--uid", $"{SidecarUid}", "--ipv6", "ignore");
        await ConnectAsync(Captured, "fd77::2", 8080);
        await AcceptAsync(there);
        await ConnectAsync(Other, "fd77::1", 8080);
        await AcceptAsync(here);
    }

    [Fact]
    public async Task Installing_twice_and_removing_twice_is_the_same_as_once()
    {
        Install();
        var once = Captured.Execute("nft", "list", "ruleset");
        Install();
        Assert.Equal(once, Captured.Execute("nft", "list", "ruleset"));
        Sidecar("remove");
        Sidecar("remove");
        Assert.Empty(Captured.Execute("nft", "list", "ruleset"));
        var server = Listen(Other, IPAddress.Any, 8080);
        await ConnectAsync(Captured, "10.77.0.2", 8080);
        await AcceptAsync(server);
    }

    [Fact]
    public void Other_tables_are_not_touched()
    {
        Captured.Execute("nft", "add", "table", "inet", "mine");
        Install();
        Sidecar("remove");
        Assert.Contains("table inet mine", Captured.Execute("nft", "list", "ruleset"), StringComparison.Ordinal);
    }

    [Fact]
    public void Printing_shows_what_would_be_installed_and_installs_nothing()
    {
        var printed = Sidecar("print", "--uid", $"{SidecarUid}");
        Assert.Contains($"meta skuid {SidecarUid} accept", printed, StringComparison.Ordinal);
        Assert.Empty(Captured.Execute("nft", "list", "ruleset"));
    }

    [Fact]
    public void What_is_not_captured_is_said()
    {
        var said = Sidecar("install", "--uid", $"{SidecarUid}", "--exclude-inbound-ports", "9000");
        Assert.Contains("Not captured: UDP", said, StringComparison.Ordinal);
        Assert.Contains(
            "Ports that are not captured: 22, 9000, 15000, 15001, 15006, 15008, 15020, 15021, 15053 on the way in, 22, 15008, 15020, 15021 on the way out.",
            said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--uid", "0")]
    [InlineData("--gid", "0")]
    [InlineData("--mark", "0")]
    [InlineData("--uid", "-1")]
    [InlineData("--uid", "4294967295")]
    [InlineData("--user", "nobody; flush ruleset")]
    [InlineData("--uid", "1", "--mark", "2")]
    [InlineData("--uid", "1", "--exclude-inbound-ports", "80 } accept; flush ruleset")]
    [InlineData("--uid", "1", "--exclude-inbound-ports", "0")]
    [InlineData("--uid", "1", "--exclude-outbound-ports", "65536")]
    [InlineData("--uid", "1", "--exclude-outbound-ports", "80-90")]
    [InlineData("--uid", "1", "--exclude-outbound-cidrs", "10.0.0.0/8 accept; flush ruleset")]
    [InlineData("--uid", "1", "--exclude-outbound-cidrs", "10.0.0.0/33")]
    [InlineData("--uid", "1", "--ipv6", "drop; flush ruleset")]
    [InlineData]
    public async Task What_is_not_a_number_an_address_or_a_user_never_reaches_the_rules(params string[] arguments)
    {
        using var process = Captured.Start(SidecarExecutable.Path, ["capture", "install", .. arguments]);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.CannotStart, process.ExitCode);
        Assert.NotEmpty(errors);
        Assert.Empty(Captured.Execute("nft", "list", "ruleset"));
    }

    private static void FromOnePort(Socket socket) => socket.Bind(IPEndPoint.Parse("10.77.0.1:40000"));

    private static void AsSidecarFromOnePort(Socket socket)
    {
        Mark(socket, 77);
        FromOnePort(socket);
    }

    /// <summary>Afterwards the port is free, while the connection tracker still knows of the connection for some seconds.</summary>
    private static async Task BeResetAsync(Socket client, Socket peer)
    {
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
        var reset = await Assert.ThrowsAsync<SocketException>(() =>
            client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        client.Dispose();
    }
}
