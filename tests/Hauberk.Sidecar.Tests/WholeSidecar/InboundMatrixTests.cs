using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>The inbound detection matrix (specification 6.6), put to a live sidecar with real bytes.</summary>
[Collection("whole sidecars")]
public sealed class InboundMatrixTests
{
    public static TheoryData<string, string, string> Passed => new()
    {
        { "PERMISSIVE", "tcp", "plaintext" },
        { "PERMISSIVE", "", "plaintext" },
        { "PERMISSIVE", "http", "plaintext" },
        { "PERMISSIVE", "tcp", "other TLS" },
        { "PERMISSIVE", "", "other TLS" },
        { "DISABLE", "tcp", "plaintext" },
        { "DISABLE", "http", "plaintext" },
        { "DISABLE", "", "other TLS" },
        { "DISABLE", "", "mesh TLS" },
        { "DISABLE", "http", "mesh TLS" },
    };

    [Theory]
    [MemberData(nameof(Passed))]
    public async Task These_bytes_reach_the_application_as_they_came(string mode, string protocol, string form)
    {
        await using var two = await TwoSidecars.StartAsync(Policies(mode, protocol));
        var bytes = await FirstBytesAsync(form);
        using (var client = await two.CallDirectlyAsync())
        {
            await client.SendAsync(bytes);
            Assert.Equal(bytes, await client.ReadAsync(bytes.Length));
        }
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Allow, mode), (record.Verdict, RecordNames.Of(record.Mode)));
        Assert.Equal(form == "other TLS" && mode == "PERMISSIVE" ? ConnectionSecurity.Tls : ConnectionSecurity.Plaintext, record.Security);
        Assert.Null(record.SourceIdentity);
    }

    public static TheoryData<string, string, string, DecisionReason> Refused => new()
    {
        { "STRICT", "tcp", "plaintext", DecisionReason.PlaintextUnderStrict },
        { "STRICT", "", "plaintext", DecisionReason.PlaintextUnderStrict },
        { "STRICT", "http", "plaintext", DecisionReason.PlaintextUnderStrict },
        { "PERMISSIVE", "http", "other TLS", DecisionReason.ForeignTlsOnHttpPort },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task These_bytes_are_refused_before_the_application_sees_anything(string mode, string protocol, string form, DecisionReason reason)
    {
        await using var two = await TwoSidecars.StartAsync(Policies(mode, protocol));
        Assert.True(await TestClient.IsResetAsync(two.Orders.Inbound, await FirstBytesAsync(form)));
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Deny, reason, CloseReason.NotAuthorized, ClosedBy.Sidecar), (record.Verdict, record.Reason, record.CloseReason, record.ClosedBy));
        Assert.Equal(0, two.Application.Connections);
    }

    [Theory]
    [InlineData("PERMISSIVE", "tcp")]
    [InlineData("PERMISSIVE", "http")]
    [InlineData("STRICT", "")]
    [InlineData("STRICT", "tcp")]
    [InlineData("STRICT", "http")]
    public async Task A_sidecar_of_the_mesh_is_terminated_and_known(string mode, string protocol)
    {
        await using var two = await TwoSidecars.StartAsync(Policies(mode, protocol), Enum.Parse<ServerMode>(mode, ignoreCase: true));
        using (var client = await two.CallAsync())
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Allow, ConnectionSecurity.MutualTls, two.Web.Identity), (record.Verdict, record.Security, record.SourceIdentity));
    }

    [Fact]
    public async Task Under_STRICT_a_certificate_of_the_mesh_is_enough_whatever_the_ALPN()
    {
        await using var two = await TwoSidecars.StartAsync(Policies("STRICT", ""));
        using (var client = await two.CallDirectlyAsync())
            Assert.Equal("hello", await ExchangeOverTlsAsync(client, WebCertificate(two), "hello"));
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Allow, ConnectionSecurity.MutualTls), (record.Verdict, record.Security));
        Assert.Equal("spiffe://cluster.local/ns/shop/sa/web", record.SourceIdentity?.ToString());
    }

    [Fact]
    public async Task Under_STRICT_TLS_without_a_certificate_is_refused()
    {
        await using var two = await TwoSidecars.StartAsync(Policies("STRICT", ""));
        using (var client = await two.CallDirectlyAsync())
            await Assert.ThrowsAnyAsync<IOException>(() => ExchangeOverTlsAsync(client, null, "hello"));
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Deny, CloseReason.PeerCertificateRefused, IdentityProblemCode.NoCertificate), (record.Verdict, record.CloseReason, record.Problem?.Code));
        Assert.Equal(0, two.Application.Connections);
    }

    [Theory]
    [InlineData("PERMISSIVE")]
    [InlineData("DISABLE")]
    public async Task A_server_that_speaks_first_is_heard(string mode)
    {
        await using var two = await TwoSidecars.StartAsync(
            Policies(mode, ""), serve: GreetAsync,
            change: o => o with { InboundLimits = o.InboundLimits with { DetectionTimeout = TimeSpan.FromMilliseconds(50) } });
        using var client = await two.CallDirectlyAsync();
        Assert.Equal("220 hello", Encoding.UTF8.GetString(await client.ReadAsync(9)));
        Assert.Equal("HELO", await client.ExchangeAsync("HELO"));
    }

    [Fact]
    public async Task A_sidecar_that_is_slow_to_speak_is_known_all_the_same()
    {
        await using var two = await TwoSidecars.StartAsync(change: Impatient);
        using (var client = await two.CallDirectlyAsync())
        {
            await WhenOnlySilenceIsLeftAsync(two);
            Assert.Equal("hello", await ExchangeOverTlsAsync(client, WebCertificate(two), "hello", alpn: "istio"));
        }
        var record = (await two.Orders.Records.WaitForAsync(2))[1];
        Assert.Equal((Verdict.Allow, ConnectionSecurity.MutualTls), (record.Verdict, record.Security));
        Assert.Equal("spiffe://cluster.local/ns/shop/sa/web", record.SourceIdentity?.ToString());
        Assert.Equal(2, two.Application.Connections);
    }

    [Fact]
    public async Task A_program_that_is_slow_to_speak_is_heard()
    {
        await using var two = await TwoSidecars.StartAsync(change: Impatient);
        using var client = await two.CallDirectlyAsync();
        await WhenOnlySilenceIsLeftAsync(two);
        Assert.Equal("hello", await client.ExchangeAsync("hello"));
    }

    [Fact]
    public async Task A_reset_of_an_application_that_said_nothing_is_a_reset_at_a_silent_client()
    {
        var reset = new TaskCompletionSource();
        var count = 0;
        await using var two = await TwoSidecars.StartAsync(change: Impatient, serve: async socket =>
        {
            if (Interlocked.Increment(ref count) > 1)
            {
                await TestApplication.EchoAsync(socket);
                return;
            }
            await reset.Task;
            socket.Close(0);
        });
        using (var client = await two.CallDirectlyAsync())
        {
            await WhenOnlySilenceIsLeftAsync(two);
            reset.SetResult();
            Assert.True(await client.IsResetAsync());
        }
        var record = (await two.Orders.Records.WaitForAsync(2))[1];
        Assert.Equal((CloseReason.Reset, ClosedBy.Server, FirstSpeaker.Nobody), (record.CloseReason, record.ClosedBy, record.FirstSpeaker));
    }

    [Fact]
    public async Task A_reset_of_a_client_that_said_nothing_is_a_reset_at_the_application()
    {
        var seen = new TaskCompletionSource<SocketError>();
        await using var two = await TwoSidecars.StartAsync(change: Impatient, serve: async socket =>
        {
            try
            {
                await TestApplication.EchoAsync(socket);
            }
            catch (SocketException e)
            {
                seen.SetResult(e.SocketErrorCode);
            }
        });
        using (var client = await two.CallDirectlyAsync())
        {
            await WhenOnlySilenceIsLeftAsync(two);
            client.Reset();
        }
        Assert.Equal(SocketError.ConnectionReset, await seen.Task.WaitAsync(RecordLog.Patience, TestContext.Current.CancellationToken));
        var record = (await two.Orders.Records.WaitForAsync(2))[1];
        Assert.Equal((CloseReason.Reset, ClosedBy.Client), (record.CloseReason, record.ClosedBy));
    }

    [Fact]
    public async Task A_silent_client_that_may_not_come_in_without_a_proof_does_not_reach_the_application()
    {
        await using var two = await TwoSidecars.StartAsync(AuthorizationTests.Allow("web"), change: Impatient);
        using (var silent = await two.CallDirectlyAsync())
        using (var client = await two.CallDirectlyAsync())
        {
            Assert.Equal("hello", await ExchangeOverTlsAsync(client, WebCertificate(two), "hello", alpn: "istio"));
            Assert.Equal(1, two.Application.Connections);
        }
        var records = await two.Orders.Records.WaitForAsync(2);
        Assert.Single(records, r => r.Verdict == Verdict.Deny && r.Reason == DecisionReason.NoAllowRuleMatched);
    }

    [Fact]
    public async Task A_hello_that_comes_in_pieces_is_waited_for()
    {
        await using var two = await TwoSidecars.StartAsync(change: Impatient);
        var hello = await ClientHellos.OfferingAsync("istio");
        using (var client = await two.CallDirectlyAsync())
        {
            await client.SendAsync(hello.AsMemory(0, 20));
            // Another, silent from a later moment on, is given up waiting for before.
            using (var silent = await two.CallDirectlyAsync())
            {
                await two.Application.WhenConnectedAsync(1);
                Assert.Equal("hello", await silent.ExchangeAsync("hello"));
            }
            await two.Orders.Records.SingleAsync();
            await client.SendAsync(hello.AsMemory(20));
            // The sidecar's answer, where the application would have sent the hello back.
            Assert.Equal([22, 3, 3], await client.ReadAsync(3));
        }
    }

    [Fact]
    public async Task A_probe_that_only_connects_is_not_said_to_have_sent_plaintext_under_STRICT()
    {
        await using var two = await TwoSidecars.StartAsync(Policies("STRICT", ""));
        using (var client = await two.CallDirectlyAsync())
        {
            client.End();
            Assert.True(await client.IsResetAsync());
        }
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((CloseReason.ClosedWhileDetecting, ClosedBy.Client), (record.CloseReason, record.ClosedBy));
        Assert.Equal((Verdict.Deny, DecisionReason.ModeStrict, ServerMode.Strict), (record.Verdict, record.Reason, record.Mode));
        Assert.Equal(0, two.Application.Connections);
    }

    /// <summary>The application was dialled for the silent client, and the sidecar's only loop has been through many turns since.</summary>
    private static async Task WhenOnlySilenceIsLeftAsync(TwoSidecars two)
    {
        await two.Application.WhenConnectedAsync(1);
        using (var other = await two.CallAsync())
            Assert.Equal("hello", await other.ExchangeAsync("hello"));
        await two.Orders.Records.SingleAsync();
    }

    private static DataPlaneOptions Impatient(DataPlaneOptions options) =>
        options with { InboundLimits = options.InboundLimits with { DetectionTimeout = TimeSpan.FromMilliseconds(1) } };

    [Fact]
    public async Task A_probe_that_only_connects_finds_the_port_open_under_PERMISSIVE()
    {
        await using var two = await TwoSidecars.StartAsync();
        using (var client = await two.CallDirectlyAsync())
        {
            client.End();
            Assert.False(await client.IsResetAsync());
        }
        Assert.Equal((Verdict.Allow, CloseReason.Finished), await two.Orders.Records.SingleAsync() is var record ? (record.Verdict, record.CloseReason) : default);
        Assert.Equal(1, two.Application.Connections);
    }

    internal static string Policies(string mode, string protocol) =>
        $$"""
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: { name: default, namespace: shop }
        spec: { mtls: { mode: {{mode}} } }
        """ + (protocol.Length == 0 ? "" : $$"""

        ---
        apiVersion: v1
        kind: Service
        metadata: { name: orders, namespace: shop }
        spec: { selector: { app: orders }, ports: [ { name: {{protocol}}, port: 80, targetPort: {{TestSidecar.Port}} } ] }
        """);

    private static async Task<byte[]> FirstBytesAsync(string form) => form switch
    {
        "mesh TLS" => await ClientHellos.OfferingAsync("istio"),
        "other TLS" => await ClientHellos.OfferingAsync("h2", "http/1.1"),
        _ => "GET / HTTP/1.1\r\nHost: orders\r\n\r\n"u8.ToArray(),
    };

    private static async Task GreetAsync(Socket socket)
    {
        await TestApplication.SendAllAsync(socket, "220 hello"u8.ToArray());
        await TestApplication.EchoAsync(socket);
    }

    internal static SslStreamCertificateContext WebCertificate(TwoSidecars two)
    {
        var leaf = two.Mesh.Leaf().SignedBy(two.Mesh.Intermediate);
        var certificate = leaf.Certificate.CopyWithPrivateKey((ECDsa)leaf.Key);
        return SslStreamCertificateContext.Create(certificate, [two.Mesh.Intermediate.Certificate], offline: true);
    }

    internal static async Task<string> ExchangeOverTlsAsync(TestClient client, SslStreamCertificateContext? certificate, string text, string? alpn = null)
    {
        using var network = new NetworkStream(client.Socket);
        // The server is not this test's question.
#pragma warning disable CA5359
        using var tls = new SslStream(network, false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "orders", ClientCertificateContext = certificate, ApplicationProtocols = alpn is null ? null : [new SslApplicationProtocol(alpn)] });
        await tls.WriteAsync(Encoding.UTF8.GetBytes(text));
        var answer = new byte[text.Length];
        await tls.ReadExactlyAsync(answer);
        return Encoding.UTF8.GetString(answer);
    }
}
