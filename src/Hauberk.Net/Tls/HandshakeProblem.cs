using static Hauberk.Net.Native.OpenSslConstants;

namespace Hauberk.Net.Tls;

/// <summary>Names what went wrong in a handshake that OpenSSL gave up.</summary>
internal static class HandshakeProblem
{
    public static TlsProblem From(TlsSession session, OpenSslError error)
    {
        TlsProblem problem = session switch
        {
            { AlertReceived: { } alert } => new(TlsProblemKind.RejectedByPeer, $"alert {alert} from peer"),
            { Verdict: { IsAccepted: false } verdict } => new(TlsProblemKind.PeerRefused, verdict.Reason),
            _ => new(KindOf(error.Reason), error.Text),
        };
        return problem with { AlertSent = session.AlertSent, AlertReceived = session.AlertReceived };
    }

    private static TlsProblemKind KindOf(int reason) => reason switch
    {
        SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE => TlsProblemKind.NoPeerCertificate,
        SSL_R_WRONG_VERSION_NUMBER or SSL_R_WRONG_SSL_VERSION or SSL_R_UNKNOWN_PROTOCOL or SSL_R_BAD_RECORD_TYPE
            or SSL_R_HTTP_REQUEST or SSL_R_HTTPS_PROXY_REQUEST or SSL_R_PACKET_LENGTH_TOO_LONG => TlsProblemKind.NotTls,
        _ => TlsProblemKind.Protocol,
    };
}
