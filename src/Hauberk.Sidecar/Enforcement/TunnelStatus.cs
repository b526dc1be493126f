using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Enforcement;

/// <summary>How a tunnel's server says why a stream did not come about, as ztunnel does (HBONE: 400, 401, 503).</summary>
internal static class TunnelStatus
{
    private const int BadRequest = 400;
    private const int Unauthorized = 401;
    private const int Unavailable = 503;

    public static int Of(CloseReason reason) => reason switch
    {
        CloseReason.NotThisWorkload or CloseReason.OwnPort or CloseReason.ExcludedPort => BadRequest,
        CloseReason.NotAuthorized or CloseReason.PeerCertificateRefused or CloseReason.PermissionLost => Unauthorized,
        _ => Unavailable,
    };

    /// <summary>What a client makes of it.</summary>
    public static CloseReason ReasonOf(int status) => status == Unavailable ? CloseReason.ConnectFailed : CloseReason.RejectedByServer;
}
