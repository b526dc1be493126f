namespace Hauberk.Conformance.Tests.Live;

/// <summary>Puts questions to live sidecars: each case has its own, configured with its resources.</summary>
internal sealed class LiveMesh
{
    private readonly LiveCertificates certificates = new();

    public Task<LiveAnswer> AskAsync(ConformanceCase asked)
    {
        var inbound = new InboundQuestions(new LiveCase(asked, certificates));
        var outbound = new OutboundQuestions(new LiveCase(asked, certificates));
        return asked.Case.Question switch
        {
            "mode" => inbound.ModeAsync(),
            "plaintextAdmitted" => inbound.PlaintextAdmittedAsync(),
            "inbound" => inbound.HandlingAsync(),
            "peerAccepted" => inbound.PeerAcceptedAsync(),
            "authorize" => inbound.AuthorizeAsync(),
            "clientTls" => outbound.ClientTlsAsync(),
            "connect" => outbound.ConnectAsync(),
            "secureNaming" => outbound.SecureNamingAsync(),
            "expandIdentities" or "protocol" or "normalizePath" or "validate" => Task.FromResult(LiveAnswer.NotPut(WhyNotPut.NotAboutTraffic)),
            _ => throw new InvalidOperationException($"nobody has said how a live sidecar is asked \"{asked.Case.Question}\""),
        };
    }
}
