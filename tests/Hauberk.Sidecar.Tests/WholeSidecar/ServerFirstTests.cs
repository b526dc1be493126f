using System.Net;
using System.Net.Sockets;
using System.Text;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>
/// Applications that greet their clients, on a PERMISSIVE port. Once the port is known, detection is set to wait an hour: whoever is answered was
/// not made to wait for it.
/// </summary>
[Collection("whole sidecars")]
public sealed class ServerFirstTests
{
    private const string Greeting = "220 hello";
    private const string WaitsAnHour = "1h";

    // Not where the sidecars of the tests call from.
    private static readonly IPAddress elsewhere = LoopbackAddresses.Next();

    private volatile bool greets = true;
    private readonly TaskCompletionSource isHeld = new();
    private volatile TaskCompletionSource? held;

    [Fact]
    public async Task The_next_client_of_a_port_that_spoke_first_is_not_made_to_wait()
    {
        await using var two = await StartTaughtAsync();
        using (var client = await TestClient.ConnectAsync(two.Orders.Inbound, elsewhere))
        {
            Assert.Equal(Greeting, await ReadGreetingAsync(client));
            Assert.Equal("HELO", await client.ExchangeAsync("HELO"));
        }
        var records = await two.Orders.Records.WaitForAsync(2);
        Assert.All(records, r => Assert.Equal((Verdict.Allow, FirstSpeaker.Application), (r.Verdict, r.FirstSpeaker)));
        Assert.Equal([true, false], records.Select(r => r.HasWaited));
        Assert.Equal([TestSidecar.Port], two.Orders.Plane.ServerFirstPorts);
    }

    [Fact]
    public async Task A_declared_protocol_of_which_the_server_speaks_first_spares_even_the_first_client_the_wait()
    {
        await using var two = await TwoSidecars.StartAsync(Policies(WaitsAnHour, "mysql"), serve: ServeAsync);
        using (var client = await TestClient.ConnectAsync(two.Orders.Inbound, elsewhere))
            Assert.Equal(Greeting, await ReadGreetingAsync(client));
        Assert.False((await two.Orders.Records.SingleAsync()).HasWaited);
    }

    [Fact]
    public async Task A_client_of_the_mesh_is_known_on_such_a_port_and_the_port_stays_known()
    {
        await using var two = await StartTaughtAsync();
        greets = false;
        using (var client = await TestClient.ConnectAsync(two.Orders.Inbound, elsewhere))
        {
            await two.Application.WhenConnectedAsync(2);
            Assert.Equal("hello", await InboundMatrixTests.ExchangeOverTlsAsync(client, InboundMatrixTests.WebCertificate(two), "hello", alpn: "istio"));
        }
        var record = (await two.Orders.Records.WaitForAsync(2))[1];
        Assert.Equal((ConnectionSecurity.MutualTls, two.Web.Identity), (record.Security, record.SourceIdentity));
        Assert.Equal([TestSidecar.Port], two.Orders.Plane.ServerFirstPorts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_clients_of_the_mesh_call_from_the_greeting_is_held_until_the_client_has_spoken(bool isInTheIndex)
    {
        await using var two = await StartTaughtAsync();
        if (isInTheIndex)
            two.Orders.Configure(Policies(WaitsAnHour), [new TestDestination(new IPEndPoint(IPAddress.Loopback, 1), two.Orders.Endpoint()) { WithoutDetails = true }]);
        else
            await CallThroughMeshAsync(two);
        var before = two.Application.Connections;
        using (var slow = await two.CallDirectlyAsync())
        {
            // The sidecar's only loop has been through many turns since it accepted the slow one.
            await CallThroughMeshAsync(two);
            Assert.Equal(before + 1, two.Application.Connections);
            Assert.Equal(Greeting, await InboundMatrixTests.ExchangeOverTlsAsync(slow, InboundMatrixTests.WebCertificate(two), "HELO mesh", alpn: "istio"));
        }
        Assert.Equal(before + 2, two.Application.Connections);
    }

    [Fact]
    public async Task A_greeting_does_not_overtake_a_hello_that_has_begun()
    {
        await using var two = await StartTaughtAsync();
        var hello = await ClientHellos.OfferingAsync("istio");
        var greeting = held = new TaskCompletionSource();
        using var client = await TestClient.ConnectAsync(two.Orders.Inbound, elsewhere);
        await isHeld.Task.WaitAsync(RecordLog.Patience);
        await client.SendAsync(hello.AsMemory(0, 1));
        await CallThroughMeshAsync(two);
        greeting.SetResult();
        await CallThroughMeshAsync(two);
        await client.SendAsync(hello.AsMemory(1));
        Assert.Equal(22, (await client.ReadAsync(1))[0]);
    }

    [Fact]
    public async Task A_client_that_speaks_first_makes_the_port_forgotten()
    {
        await using var two = await StartTaughtAsync();
        greets = false;
        using (var client = await TestClient.ConnectAsync(two.Orders.Inbound, elsewhere))
        {
            await two.Application.WhenConnectedAsync(2);
            Assert.Equal("GET", await client.ExchangeAsync("GET"));
        }
        Assert.Equal(FirstSpeaker.Client, (await two.Orders.Records.WaitForAsync(2))[1].FirstSpeaker);
        Assert.Empty(two.Orders.Plane.ServerFirstPorts);
    }

    [Fact]
    public async Task An_application_that_only_hangs_up_has_not_spoken()
    {
        await using var two = await TwoSidecars.StartAsync(Policies("1ms"), serve: _ => Task.CompletedTask);
        using (var client = await two.CallDirectlyAsync())
            Assert.Empty(await client.ReadAsync(1));
        Assert.Equal((true, FirstSpeaker.Nobody), await two.Orders.Records.SingleAsync() is var record ? (record.HasWaited, record.FirstSpeaker) : default);
        Assert.Empty(two.Orders.Plane.ServerFirstPorts);
    }

    public static TheoryData<string> Stricter => [InboundMatrixTests.Policies("STRICT", ""), AuthorizationTests.Allow("web"), InboundMatrixTests.Policies("STRICT", "mysql")];

    [Theory]
    [MemberData(nameof(Stricter))]
    public async Task A_known_port_takes_no_client_to_the_application_that_has_to_prove_itself(string policies)
    {
        await using var two = await StartTaughtAsync();
        two.Orders.Configure(policies);
        var before = two.Application.Connections;
        using (var silent = await TestClient.ConnectAsync(two.Orders.Inbound, elsewhere))
        {
            await CallThroughMeshAsync(two);
            Assert.Equal(before + 1, two.Application.Connections);
            await silent.SendAsync("QUIT");
            Assert.True(await silent.IsResetAsync());
        }
        Assert.Equal(before + 1, two.Application.Connections);
        Assert.Single(await two.Orders.Records.WaitForAsync(3), r => r.Verdict == Verdict.Deny);
    }

    /// <summary>One client without a sidecar has waited for the application's greeting.</summary>
    private async Task<TwoSidecars> StartTaughtAsync()
    {
        var two = await TwoSidecars.StartAsync(Policies("1ms"), serve: ServeAsync);
        using (var client = await TestClient.ConnectAsync(two.Orders.Inbound, elsewhere))
            Assert.Equal(Greeting, await ReadGreetingAsync(client));
        await two.Orders.Records.SingleAsync();
        two.Orders.Configure(Policies(WaitsAnHour));
        return two;
    }

    /// <summary>The application does not greet this one: nothing may come before its hello, however late that is.</summary>
    private async Task CallThroughMeshAsync(TwoSidecars two)
    {
        greets = false;
        using (var client = await two.CallAsync())
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
        greets = true;
    }

    private async Task ServeAsync(Socket socket)
    {
        if (!greets)
        {
            await TestApplication.EchoAsync(socket);
            return;
        }
        if (held is { } until)
        {
            isHeld.SetResult();
            await until.Task;
        }
        await TestApplication.SendAllAsync(socket, Encoding.UTF8.GetBytes(Greeting));
        await TestApplication.EchoAsync(socket);
    }

    private static async Task<string> ReadGreetingAsync(TestClient client) => Encoding.UTF8.GetString(await client.ReadAsync(Greeting.Length));

    private static string Policies(string detectionTimeout, string protocol = "") =>
        $$"""
        {{InboundMatrixTests.Policies("PERMISSIVE", protocol)}}
        ---
        apiVersion: hauberk.dev/v1
        kind: MeshConfig
        metadata: { name: default }
        spec: { protocolDetectionTimeout: {{detectionTimeout}} }
        """;
}
