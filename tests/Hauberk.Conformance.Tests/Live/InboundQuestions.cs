using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Testing;
using Hauberk.Policy.Testing.Questions;

namespace Hauberk.Conformance.Tests.Live;

/// <summary>Questions about what enters a workload, answered by connections to its sidecar.</summary>
internal sealed class InboundQuestions(LiveCase asked)
{
    private static readonly Dictionary<string, byte[]> Payloads = new()
    {
        ["tcp"] = LiveCase.Payload,
        ["http"] = "GET / HTTP/1.1\r\nHost: p\r\n\r\n"u8.ToArray(),
        ["http2"] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(),
    };

    /// <summary>Told by what the sidecar does: whether it terminates mesh TLS, and whether plaintext may pass.</summary>
    public async Task<LiveAnswer> ModeAsync()
    {
        var (workload, port) = Target();
        if (!workload.HasSidecar) return LiveAnswer.NotPut(WhyNotPut.AsksWhereThereIsNoSidecar);
        var mesh = await ObserveAsync(workload, port, asked.MeshClient(asked.Somebody), LiveCase.Payload, peers: asked.Somebody);
        var plain = await ObserveAsync(workload, port, new LiveClient(), LiveCase.Payload);
        var mode = !mesh.IsMutualTls ? "DISABLE" : plain.Record.Reason == DecisionReason.PlaintextUnderStrict ? "STRICT" : "PERMISSIVE";
        return LiveAnswer.Of(mode, $"mesh TLS: {mesh}; plaintext: {plain}");
    }

    public async Task<LiveAnswer> PlaintextAdmittedAsync()
    {
        var (workload, port) = Target();
        if (!workload.HasSidecar) return LiveAnswer.NotPut(WhyNotPut.AsksWhereThereIsNoSidecar);
        var seen = await ObserveAsync(workload, port, new LiveClient(), LiveCase.Payload);
        return LiveAnswer.Of(seen.IsDelivered ? "yes" : "no", seen.ToString());
    }

    public async Task<LiveAnswer> HandlingAsync()
    {
        var (workload, port) = Target();
        if (!workload.HasSidecar) return LiveAnswer.NotPut(WhyNotPut.AsksWhereThereIsNoSidecar);
        var (wire, application) = (asked.Reader.Text("wire"), asked.Reader.Text("app")!);
        if (NeedsHttp(workload, port, wire, application)) return LiveAnswer.NotPut(WhyNotPut.NeedsHttpHandling);
        var client = wire switch
        {
            "mtls" => asked.MeshClient(asked.Somebody),
            "tls" => new LiveClient { SpeaksTls = true, Sni = "p.example" },
            _ => new LiveClient(),
        };
        var seen = await ObserveAsync(workload, port, client, Payloads[application], peers: asked.Somebody);
        var isAccepted = wire == "plaintext" || seen.IsMutualTls ? seen.IsDelivered : seen.IsTlsDelivered;
        // A handshake that the sidecar itself refused was one that it terminates.
        var terminates = seen.IsMutualTls || seen.Record.Problem is not null;
        return new(
            Answer.Of(seen.ToString(), null, ("outcome", isAccepted ? "accept" : "reject"), ("terminatesTls", terminates ? "true" : "false"), ("handledAs", "tcp")),
            null);
    }

    public async Task<LiveAnswer> PeerAcceptedAsync()
    {
        var (workload, port) = Target();
        var peer = LiveCase.Identity(asked.Reader.RequiredText("peer"));
        var seen = await ObserveAsync(workload, port, asked.MeshClient(peer), LiveCase.Payload, peers: peer);
        return LiveAnswer.Of(seen is { IsMutualTls: true, IsDelivered: true } ? "yes" : "no", seen.ToString());
    }

    public async Task<LiveAnswer> AuthorizeAsync()
    {
        var to = asked.Workload("to");
        var from = asked.Reader.MappingOrEmpty("from");
        var request = RequestInput.Read(asked.Reader);
        if (WhyNotAuthorize(to, from.Text("ip"), request) is { } why) return LiveAnswer.NotPut(why);
        var peer = from.Text("principal") is { } principal ? LiveCase.Identity(principal) : null;
        var client = peer is null ? new LiveClient { SpeaksTls = request.Sni is not null } : asked.MeshClient(peer);
        client = client with { Sni = request.Sni ?? "", Source = from.Text("ip") is { } ip ? IPAddress.Parse(ip) : null };
        var called = (request.DestinationIp ?? to.Workload.Addresses.FirstOrDefault()) is { } given ? IPAddress.Parse(given) : null;
        var seen = await ObserveAsync(to.Workload, to.Port ?? 1024, client, LiveCase.Payload, called, peer is null ? [] : [peer]);
        if (seen.Record.Reason == DecisionReason.PlaintextUnderStrict) return LiveAnswer.NotPut(WhyNotPut.ModeOfThePortLetsNoSuchTrafficIn);
        if (seen.Record.Reason == DecisionReason.PeerTrustDomainUnknown) return LiveAnswer.NotPut(WhyNotPut.MeshAdmitsNoPeerOfThatTrustDomain);
        var isAllowed = peer is null && client.SpeaksTls ? seen.IsTlsDelivered : seen.IsDelivered;
        return new(Answer.Of(isAllowed ? "ALLOW" : "DENY", seen.ToString(), seen.Record.Rule), null, IsRuleKnown: true);
    }

    private WhyNotPut? WhyNotAuthorize(WorkloadInput to, string? ip, RequestInput request)
    {
        if (!to.Workload.HasSidecar) return WhyNotPut.AsksWhereThereIsNoSidecar;
        if (asked.Reader.Has("custom")) return WhyNotPut.NeedsExternalAuthorizer;
        var protocol = CompiledWorkloadPolicy.Compile(asked.Set, to.Workload).ProtocolOf(to.Port ?? 0);
        if (to.IsHttp ?? (protocol.IsHttp() || (protocol == DeclaredProtocol.Auto && request.SpeaksHttp))) return WhyNotPut.NeedsHttpHandling;
        if (request.RemoteIp is not null && request.RemoteIp != ip) return WhyNotPut.NeedsForwardedAddress;
        return ip is null || (IPAddress.TryParse(ip, out var address) && address.GetAddressBytes() is [127, ..])
            ? null
            : WhyNotPut.NeedsAddressThatLoopbackCannotHave;
    }

    /// <summary>What HTTP handling would make of the bytes differs from what becomes of opaque bytes.</summary>
    private bool NeedsHttp(Workload workload, int port, string? wire, string application)
    {
        var form = wire switch { "mtls" => WireForm.MeshTls, "tls" => WireForm.OtherTls, _ => WireForm.Plaintext };
        var handling = CompiledWorkloadPolicy.Compile(asked.Set, workload).HandleInbound(port, form, httpHandlingAvailable: true);
        var isRefusedAnyway = handling.Action == InboundAction.TerminateMutualTls && form == WireForm.OtherTls;
        return !isRefusedAnyway && (handling.IsHttp || (handling.DetectsHttp && application != "tcp"));
    }

    private (Workload Workload, int Port) Target() => (asked.Workload("workload").Workload, asked.Reader.Integer("port") ?? 1024);

    private async Task<Observation> ObserveAsync(
        Workload workload, int port, LiveClient client, byte[] payload, IPAddress? called = null, params SpiffeId[] peers)
    {
        await using var application = new LiveApplication(port);
        var destination = new IPEndPoint(called ?? application.Address.Address, port);
        await using var sidecar = await asked.ServeAsync(asked.Set, workload, destination, application, asked.IdentityOf(workload), peers);
        var source = await client.CallAsync(sidecar.Address, payload);
        return new(await sidecar.RecordOfAsync(source), application.Take(), payload, application.IsListening);
    }
}
