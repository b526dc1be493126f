using Hauberk.Policy.Decision;
using static Hauberk.Policy.Decision.InboundAction;

namespace Hauberk.Policy.Tests.Decision;

/// <summary>The matrix of specification 6.6.</summary>
public sealed class InboundMatrixTests
{
    private const int HttpPort = 8080, TcpPort = 5432, AutoPort = 7000;

    private static CompiledWorkloadPolicy Policy(ServerMode mode) => CompiledWorkloadPolicy.Compile(MeshYaml.Read($$"""
        apiVersion: v1
        kind: Service
        metadata: {name: payments, namespace: pay}
        spec:
          selector: {app: payments}
          ports:
          - {name: http-web, port: 80, targetPort: {{HttpPort}}}
          - {name: tcp-db, port: {{TcpPort}}}
          - {name: other, port: {{AutoPort}}}
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: pay}
        spec: {mtls: {mode: {{mode.ToString().ToUpperInvariant()}} } }
        """), MeshYaml.Payments);

    [Theory]
    [InlineData(ServerMode.Permissive, WireForm.MeshTls, HttpPort, TerminateMutualTls, "http")]
    [InlineData(ServerMode.Permissive, WireForm.MeshTls, TcpPort, TerminateMutualTls, "tcp")]
    [InlineData(ServerMode.Permissive, WireForm.MeshTls, AutoPort, TerminateMutualTls, "detect")]
    [InlineData(ServerMode.Permissive, WireForm.OtherTls, HttpPort, Refuse, "tcp")]
    [InlineData(ServerMode.Permissive, WireForm.OtherTls, TcpPort, PassThrough, "tcp")]
    [InlineData(ServerMode.Permissive, WireForm.OtherTls, AutoPort, PassThrough, "tcp")]
    [InlineData(ServerMode.Permissive, WireForm.Plaintext, HttpPort, PassThrough, "http")]
    [InlineData(ServerMode.Permissive, WireForm.Plaintext, TcpPort, PassThrough, "tcp")]
    [InlineData(ServerMode.Permissive, WireForm.Plaintext, AutoPort, PassThrough, "detect")]
    [InlineData(ServerMode.Strict, WireForm.MeshTls, HttpPort, TerminateMutualTls, "http")]
    [InlineData(ServerMode.Strict, WireForm.OtherTls, HttpPort, TerminateMutualTls, "http")]
    [InlineData(ServerMode.Strict, WireForm.OtherTls, TcpPort, TerminateMutualTls, "tcp")]
    [InlineData(ServerMode.Strict, WireForm.MeshTls, AutoPort, TerminateMutualTls, "detect")]
    [InlineData(ServerMode.Strict, WireForm.Plaintext, HttpPort, Refuse, "tcp")]
    [InlineData(ServerMode.Strict, WireForm.Plaintext, TcpPort, Refuse, "tcp")]
    [InlineData(ServerMode.Strict, WireForm.Plaintext, AutoPort, Refuse, "tcp")]
    [InlineData(ServerMode.Disable, WireForm.MeshTls, HttpPort, PassThrough, "http")]
    [InlineData(ServerMode.Disable, WireForm.OtherTls, TcpPort, PassThrough, "tcp")]
    [InlineData(ServerMode.Disable, WireForm.OtherTls, AutoPort, PassThrough, "tcp")]
    [InlineData(ServerMode.Disable, WireForm.Plaintext, AutoPort, PassThrough, "detect")]
    [InlineData(ServerMode.Disable, WireForm.Plaintext, HttpPort, PassThrough, "http")]
    [InlineData(ServerMode.Disable, WireForm.Tunnel, TcpPort, TerminateMutualTls, "tcp")]
    public void First_bytes_are_handled_by_mode_and_protocol(ServerMode mode, WireForm wire, int port, InboundAction action, string handledAs)
    {
        var handling = Policy(mode).HandleInbound(port, wire, httpHandlingAvailable: true);
        Assert.Equal((action, handledAs, mode),
            (handling.Action, handling.IsHttp ? "http" : handling.DetectsHttp ? "detect" : "tcp", handling.Mode));
    }

    [Fact]
    public void Without_http_handling_ports_are_opaque_and_foreign_tls_on_an_http_port_is_still_refused()
    {
        var policy = Policy(ServerMode.Permissive);
        foreach (var port in new[] { HttpPort, AutoPort })
        {
            var handling = policy.HandleInbound(port, WireForm.Plaintext, httpHandlingAvailable: false);
            Assert.Equal((PassThrough, false, false), (handling.Action, handling.IsHttp, handling.DetectsHttp));
        }
        Assert.Equal(DecisionReason.ForeignTlsOnHttpPort, policy.HandleInbound(HttpPort, WireForm.OtherTls, false).Reason);
    }

    [Fact]
    public void A_resource_that_cannot_be_enforced_lets_nothing_in()
    {
        var unknown = new UnsupportedResource("AuthorizationPolicy", "pay", "new", "It needs a feature that is not known.");
        var policy = CompiledWorkloadPolicy.Compile(MeshYaml.Read(""), MeshYaml.Payments, [unknown]);
        Assert.Equal(Refuse, policy.HandleInbound(TcpPort, WireForm.MeshTls, true).Action);
        var decision = policy.Authorize(MeshYaml.Connection());
        Assert.Equal((Verdict.Deny, DecisionReason.UnknownFeature, "pay/new"), (decision.Verdict, decision.Reason, decision.Rule!.ToString()));
    }
}
