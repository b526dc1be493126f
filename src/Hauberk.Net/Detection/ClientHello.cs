namespace Hauberk.Net.Detection;

/// <summary>What a TLS client says about itself before anything is encrypted (RFC 8446, section 4.1.2).</summary>
public sealed record ClientHello
{
    /// <summary>The name the client asks for (SNI); null without. ASCII as sent, not otherwise checked.</summary>
    public string? ServerName { get; init; }

    /// <summary>The protocols the client offers by ALPN, by its preference.</summary>
    public IReadOnlyList<string> AlpnProtocols { get; init; } = [];

    /// <summary>The protocol versions the client supports, e.g. 0x0304 for TLS 1.3; from the legacy field when it lists none.</summary>
    public IReadOnlyList<int> SupportedVersions { get; init; } = [];
}
