using System.Text.RegularExpressions;

namespace Hauberk.Cli.Output;

/// <summary>Sidecars' codes of how a connection ended, in words.</summary>
internal static partial class CloseText
{
    /// <param name="by">"client", "server" or "sidecar".</param>
    /// <returns>Empty where it ran its course, or the decision says it all.</returns>
    public static string Of(string reason, string by) => reason switch
    {
        "" or "None" or "Finished" or "NotAuthorized" => "",
        "Reset" => $"reset by the {by}",
        "Truncated" => $"the {by} broke the TLS off without ending it",
        "PeerTimedOut" => $"the {by} did not answer any more",
        "TlsError" => "the TLS failed",
        "RejectedByServer" => "the server's sidecar did not accept the client's",
        "TooManyConnections" => "the sidecar has too many connections",
        "TooManyHandshakes" => "the sidecar has too many connections that are not let through yet",
        "TooManyHandshakesFromSource" => "the client has too many connections that are not let through yet",
        "OwnPort" => "the port is the sidecar's own",
        "NotThisWorkload" => "the tunnel was asked for another workload's address",
        "ExcludedPort" => "the port is excluded from capture, so tunnels do not lead there",
        "NoConfiguration" => "the sidecar has no configuration yet",
        "NoCertificate" => "the sidecar has no certificate yet",
        "DetectionTimeout" => "the client did not begin TLS in time",
        "ClosedWhileDetecting" => "the client left before it said anything",
        "HandshakeTimeout" => "the TLS handshake took too long",
        "HandshakeFailed" => by == "sidecar" ? "the TLS handshake failed" : $"the {by} broke the TLS handshake off",
        "PeerCertificateRefused" => "the peer's certificate was refused",
        "DetailsUnavailable" => "nothing is known yet about the destination",
        "DetailsUnreadable" => "what is known about the destination cannot be read",
        "DestinationPortUnknown" => "the service has no such port",
        "NoEndpoint" => "no workload is behind the service's port",
        "TlsModeNotSupported" => "its DestinationRule asks for TLS that sidecars do not make",
        "ConnectRefused" => "nothing listens there: connection refused",
        "ConnectTimeout" => "the other side did not answer in time",
        "Unreachable" => "the other side cannot be reached",
        "ConnectFailed" => "the other side could not be connected",
        "PermissionLost" => "cut when the policy changed",
        "Draining" => "cut when the sidecar stopped",
        "InternalError" => "a fault in the sidecar: look into its log",
        _ => Words(reason),
    };

    /// <summary>"UnknownTrustDomain" as "unknown trust domain".</summary>
    public static string Words(string code) => Boundary().Replace(code, " ").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.CultureInvariant)]
    private static partial Regex Boundary();
}
