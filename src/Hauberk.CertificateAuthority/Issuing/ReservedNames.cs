using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Issuing;

/// <summary>Identities that nobody obtains by asking.</summary>
internal static class ReservedNames
{
    public static bool IsReserved(SpiffeId identity) => IsReservedNamespace(identity.Namespace);

    public static bool IsReservedNamespace(string? @namespace) =>
        string.Equals(@namespace, SpiffeId.SystemNamespace, StringComparison.OrdinalIgnoreCase);
}
