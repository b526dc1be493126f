namespace Hauberk.Net.Tls;

/// <summary>What a verifier says about a peer's certificates.</summary>
public sealed class PeerVerdict
{
    private PeerVerdict(bool accepted, object? peer, TlsAlert alert, string reason)
    {
        IsAccepted = accepted;
        Peer = peer;
        Alert = alert;
        Reason = reason;
    }

    public bool IsAccepted { get; }

    /// <summary>What the verifier learnt about the peer; the channel carries it untouched as <see cref="TlsChannel.Peer"/>.</summary>
    public object? Peer { get; }

    /// <summary>What a refused peer is told.</summary>
    public TlsAlert Alert { get; }

    /// <summary>Why the peer was refused; for this side's records only.</summary>
    public string Reason { get; }

    public static PeerVerdict Accept(object? peer = null) => new(true, peer, TlsAlert.CloseNotify, "");

    /// <param name="reason">For this side's records.</param>
    /// <param name="alert">
    /// One of BadCertificate, UnsupportedCertificate, CertificateRevoked, CertificateExpired, CertificateUnknown, UnknownCa and
    /// InternalError; any other is sent as BadCertificate.
    /// </param>
    public static PeerVerdict Refuse(string reason, TlsAlert alert = TlsAlert.BadCertificate) => new(false, null, alert, reason);
}
