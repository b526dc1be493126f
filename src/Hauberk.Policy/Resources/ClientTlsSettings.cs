using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

public sealed record ClientTlsSettings
{
    public required ClientTlsMode Mode { get; init; }
    public string? ClientCertificate { get; init; }
    public string? PrivateKey { get; init; }
    public string? CaCertificates { get; init; }
    public string? CredentialName { get; init; }
    public ImmutableArray<string> SubjectAltNames { get; init; } = [];
    public string? Sni { get; init; }
    public bool InsecureSkipVerify { get; init; }
}
