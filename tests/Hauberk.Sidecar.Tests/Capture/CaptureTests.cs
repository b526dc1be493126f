using System.Net;
using System.Net.Sockets;

namespace Hauberk.Sidecar.Tests.Capture;

/// <summary>Two hosts as network namespaces: 10.77.0.1 has the rules, 10.77.0.2 is anybody.</summary>
public sealed class CaptureTests : IDisposable
{
    private const int InternetProtocol = 0;
    private const int OriginalDestination = 80;
    private const int SocketLevel = 1;
    private const int SocketMark = 36;
    private const uint SidecarUid = 4711;

    private readonly NetworkNamespace captured = new();
    private readonly NetworkNamespace other = new();
    private readonly List<Socket> sockets = [];

    public CaptureTests() => NetworkNamespace.Connect(captured, 1, other, 2);

    [Fact]
    public async Task A_connection_to_another_host_comes_to_the_sidecar_which_learns_where_it_was_meant_to_go()
    {
        Install();
        var outbound = Listen(captured, IPAddress.Loopback, SidecarPorts.Outbound);
        await ConnectAsync(captured, "10.77.0.2", 8080);
        Assert.Equal(IPEndPoint.Parse("10.77.0.2:8080"), DestinationOf(await AcceptAsync(outbound)));
    }

    [Fact]
    public async Task A_connection_from_another_host_comes_to_the_sidecar_which_learns_where_it_was_meant_to_go()
    {
        Install();
        var inbound = Listen(captured, IPAddress.Any, SidecarPorts.Inbound);
        await ConnectAsync(other, "10.77.0.1", 8080);
        Assert.Equal(IPEndPoint.Parse("10.77.0.1:8080"), DestinationOf(await AcceptAsync(inbound)));
    }

    [Fact]
    public async Task What_the_sidecar_sends_is_told_by_its_user()
    {
        Install();
        Listen(captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(other, IPAddress.Any, 8080);
        var calls = captured.Start("setpriv", [$"--reuid={SidecarUid}", "--clear-groups", "bash", "-c", "exec 3<>/dev/tcp/10.77.0.2/8080"]);
        Assert.Equal("10.77.0.1", ((IPEndPoint)(await AcceptAsync(server)).RemoteEndPoint!).Address.ToString());
        await calls.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_the_sidecar_sends_is_told_by_its_mark()
    {
        Install("--mark", "77");
        var outbound = Listen(captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(other, IPAddress.Any, 8080);
        await ConnectAsync(captured, "10.77.0.2", 8080, static s => Mark(s, 77));
        await AcceptAsync(server);
        await ConnectAsync(captured, "10.77.0.2", 8080, static s => Mark(s, 78));
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
        var here = Listen(captured, IPAddress.Any, port);
        var there = Listen(other, IPAddress.Any, port);
        await ConnectAsync(other, "10.77.0.1", port);
        await AcceptAsync(here);
        await ConnectAsync(captured, "10.77.0.2", port);
        await AcceptAsync(there);
    }

    [Fact]
    public async Task Excluded_ports_and_networks_are_left_alone_and_others_are_not()
    {
        Install("--uid", $"{SidecarUid}", "--exclude-inbound-ports", "22,9000", "--exclude-outbound-ports", "9001", "--exclude-outbound-cidrs", "10.77.0.2/32,192.0.2.0/24");
        var inbound = Listen(captured, IPAddress.Any, SidecarPorts.Inbound);
        var nine = Listen(captured, IPAddress.Any, 9000);
        await ConnectAsync(other, "10.77.0.1", 9000);
        await AcceptAsync(nine);
        await ConnectAsync(other, "10.77.0.1", 9001);
        await AcceptAsync(inbound);
        var there = Listen(other, IPAddress.Any, 8080);
        await ConnectAsync(captured, "10.77.0.2", 8080);
        await AcceptAsync(there);
    }

    [Fact]
    public async Task Leaving_other_ports_alone_does_not_capture_SSH()
    {
        Install("--uid", $"{SidecarUid}", "--exclude-inbound-ports", "9000", "--exclude-outbound-ports", "9001");
        var here = Listen(captured, IPAddress.Any, 22);
        var there = Listen(other, IPAddress.Any, 22);
        await ConnectAsync(other, "10.77.0.1", 22);
        await AcceptAsync(here);
        await ConnectAsync(captured, "10.77.0.2", 22);
        await AcceptAsync(there);
    }

    [Fact]
    public async Task SSH_is_captured_where_the_operator_says_so()
    {
        Install("--uid", $"{SidecarUid}", "--capture-ssh");
        var inbound = Listen(captured, IPAddress.Any, SidecarPorts.Inbound);
        var outbound = Listen(captured, IPAddress.Loopback, SidecarPorts.Outbound);
        await ConnectAsync(other, "10.77.0.1", 22);
        await AcceptAsync(inbound);
        await ConnectAsync(captured, "10.77.0.2", 22);
        await AcceptAsync(outbound);
    }

    [Fact]
    public async Task A_host_calling_itself_is_left_alone()
    {
        Install();
        Listen(captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(captured, IPAddress.Any, 8080);
        await ConnectAsync(captured, "127.0.0.1", 8080);
        await AcceptAsync(server);
        await ConnectAsync(captured, "10.77.0.1", 8080);
        await AcceptAsync(server);
    }

    [Theory]
    [InlineData(SidecarPorts.Inbound)]
    [InlineData(SidecarPorts.Outbound)]
    public async Task A_connection_straight_to_a_capture_port_is_refused(int port)
    {
        Install();
        Listen(captured, IPAddress.Any, port);
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(other, "10.77.0.1", port));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(captured, "127.0.0.1", port));
    }

    [Fact]
    public async Task A_stray_packet_before_a_connection_does_not_lead_it_past_the_sidecar()
    {
        Install();
        Listen(captured, IPAddress.Any, SidecarPorts.Inbound);
        var program = Listen(captured, IPAddress.Any, 8080);
        // An ACK with a signature (RFC 2385) that nobody can check is dropped without an answer: only the connection tracker remembers it.
        using (var raw = other.Socket(type: SocketType.Raw))
            raw.SendTo(StrayPacket.Between(IPAddress.Parse("10.77.0.2"), 40_000, IPAddress.Parse("10.77.0.1"), 8080), IPEndPoint.Parse("10.77.0.1:0"));
        var error = await Assert.ThrowsAsync<SocketException>(() =>
            ConnectAsync(other, "10.77.0.1", 8080, static s => s.Bind(IPEndPoint.Parse("10.77.0.2:40000"))));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        Assert.False(program.Poll(0, SelectMode.SelectRead));
        await ConnectAsync(other, "10.77.0.1", 8080);
        Assert.False(program.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task An_application_at_a_port_that_the_sidecar_has_just_had_does_not_get_past_it()
    {
        Install("--mark", "77");
        Listen(captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(other, IPAddress.Any, 8080);
        await BeResetAsync(await ConnectAsync(captured, "10.77.0.2", 8080, AsSidecarFromOnePort), await AcceptAsync(server));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(captured, "10.77.0.2", 8080, FromOnePort));
        Assert.False(server.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task The_sidecar_at_a_port_that_an_application_has_just_had_does_not_come_to_itself()
    {
        Install("--mark", "77");
        var outbound = Listen(captured, IPAddress.Loopback, SidecarPorts.Outbound);
        Listen(other, IPAddress.Any, 8080);
        await BeResetAsync(await ConnectAsync(captured, "10.77.0.2", 8080, FromOnePort), await AcceptAsync(outbound));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(captured, "10.77.0.2", 8080, AsSidecarFromOnePort));
        Assert.False(outbound.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task A_stray_packet_from_a_server_does_not_lead_a_connection_to_it_past_the_sidecar()
    {
        Install();
        Listen(captured, IPAddress.Loopback, SidecarPorts.Outbound);
        var server = Listen(other, IPAddress.Any, 8080);
        using (var raw = other.Socket(type: SocketType.Raw))
            raw.SendTo(StrayPacket.Between(IPAddress.Parse("10.77.0.2"), 8080, IPAddress.Parse("10.77.0.1"), 40_000), IPEndPoint.Parse("10.77.0.1:0"));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(captured, "10.77.0.2", 8080, FromOnePort));
        Assert.False(server.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task What_is_routed_through_this_host_goes_its_way_and_never_comes_to_the_sidecar()
    {
        using var beyond = new NetworkNamespace();
        captured.Execute("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "eth0", "netns", beyond.Name);
        captured.Execute("ip", "addr", "add", "192.0.2.254/24", "dev", "eth1");
        captured.Execute("ip", "link", "set", "eth1", "up");
        captured.Execute("bash", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
        beyond.Execute("ip", "addr", "add", "192.0.2.1/24", "dev", "eth0");
        beyond.Execute("ip", "link", "set", "eth0", "up");
        beyond.Execute("ip", "route", "add", "10.77.0.0/24", "via", "192.0.2.254");
        other.Execute("ip", "route", "add", "192.0.2.0/24", "via", "10.77.0.1");
        Install();
        var inbound = Listen(captured, IPAddress.Any, SidecarPorts.Inbound);
        var server = Listen(beyond, IPAddress.Any, 8080);
        await ConnectAsync(other, "192.0.2.1", 8080);
        Assert.False(inbound.Poll(0, SelectMode.SelectRead));
        await AcceptAsync(server);
    }

    [Fact]
    public async Task A_connection_older_than_the_rules_goes_on()
    {
        var server = Listen(other, IPAddress.Any, 8080);
        var client = await ConnectAsync(captured, "10.77.0.2", 8080);
        var peer = await AcceptAsync(server);
        Install();
        Listen(captured, IPAddress.Loopback, SidecarPorts.Outbound);
        await client.SendAsync("still here"u8.ToArray(), TestContext.Current.CancellationToken);
        var buffer = new byte[64];
        Assert.Equal(10, await peer.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_sidecar_captured_traffic_is_refused_and_goes_nowhere_else()
    {
        Install();
        Listen(other, IPAddress.Any, 8080);
        Listen(captured, IPAddress.Any, 8080);
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(captured, "10.77.0.2", 8080));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(other, "10.77.0.1", 8080));
    }

    [Fact]
    public async Task Ipv6_does_not_go_around_the_mesh_unless_it_is_told_to()
    {
        Install();
        var here = Listen(captured, IPAddress.IPv6Any, 8080);
        var there = Listen(other, IPAddress.IPv6Any, 8080);
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(captured, "fd77::2", 8080));
        Assert.Equal(SocketError.ConnectionRefused, await ConnectErrorAsync(other, "fd77::1", 8080));
        Install("--uid", $"{SidecarUid}", "--ipv6", "ignore");
        await ConnectAsync(captured, "fd77::2", 8080);
        await AcceptAsync(there);
        await ConnectAsync(other, "fd77::1", 8080);
        await AcceptAsync(here);
    }

    [Fact]
    public async Task Installing_twice_and_removing_twice_is_the_same_as_once()
    {
        Install();
        var once = captured.Execute("nft", "list", "ruleset");
        Install();
        Assert.Equal(once, captured.Execute("nft", "list", "ruleset"));
        Sidecar("remove");
        Sidecar("remove");
        Assert.Empty(captured.Execute("nft", "list", "ruleset"));
        var server = Listen(other, IPAddress.Any, 8080);
        await ConnectAsync(captured, "10.77.0.2", 8080);
        await AcceptAsync(server);
    }

    [Fact]
    public void Other_tables_are_not_touched()
    {
        captured.Execute("nft", "add", "table", "inet", "mine");
        Install();
        Sidecar("remove");
        Assert.Contains("table inet mine", captured.Execute("nft", "list", "ruleset"), StringComparison.Ordinal);
    }

    [Fact]
    public void Printing_shows_what_would_be_installed_and_installs_nothing()
    {
        var printed = Sidecar("print", "--uid", $"{SidecarUid}");
        Assert.Contains($"meta skuid {SidecarUid} accept", printed, StringComparison.Ordinal);
        Assert.Empty(captured.Execute("nft", "list", "ruleset"));
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
        using var process = captured.Start(SidecarExecutable.Path, ["capture", "install", .. arguments]);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.CannotStart, process.ExitCode);
        Assert.NotEmpty(errors);
        Assert.Empty(captured.Execute("nft", "list", "ruleset"));
    }

    public void Dispose()
    {
        sockets.ForEach(static s => s.Dispose());
        captured.Dispose();
        other.Dispose();
    }

    private void Install(params string[] arguments) => Sidecar("install", arguments.Length > 0 ? arguments : ["--uid", $"{SidecarUid}"]);

    private string Sidecar(string verb, params string[] arguments) => captured.Execute([SidecarExecutable.Path, "capture", verb, .. arguments]);

    private Socket Listen(NetworkNamespace space, IPAddress address, int port)
    {
        var socket = space.Listen(new IPEndPoint(address, port));
        sockets.Add(socket);
        return socket;
    }

    private async Task<Socket> ConnectAsync(NetworkNamespace from, string address, int port, Action<Socket>? prepare = null)
    {
        var remote = new IPEndPoint(IPAddress.Parse(address), port);
        var socket = from.Socket(remote.AddressFamily);
        sockets.Add(socket);
        prepare?.Invoke(socket);
        await socket.ConnectAsync(remote, TestContext.Current.CancellationToken);
        return socket;
    }

    private async Task<SocketError> ConnectErrorAsync(NetworkNamespace from, string address, int port, Action<Socket>? prepare = null) =>
        (await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(from, address, port, prepare))).SocketErrorCode;

    private static void FromOnePort(Socket socket) => socket.Bind(IPEndPoint.Parse("10.77.0.1:40000"));

    private static void AsSidecarFromOnePort(Socket socket)
    {
        Mark(socket, 77);
        FromOnePort(socket);
    }

    private static void Mark(Socket socket, int mark) => socket.SetRawSocketOption(SocketLevel, SocketMark, BitConverter.GetBytes(mark));

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

    private async Task<Socket> AcceptAsync(Socket listener)
    {
        var accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        sockets.Add(accepted);
        return accepted;
    }

    private static IPEndPoint DestinationOf(Socket accepted)
    {
        Span<byte> address = stackalloc byte[16];
        accepted.GetRawSocketOption(InternetProtocol, OriginalDestination, address);
        return new IPEndPoint(new IPAddress(address[4..8]), (address[2] << 8) | address[3]);
    }
}
