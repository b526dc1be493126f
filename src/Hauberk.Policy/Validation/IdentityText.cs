using Hauberk.Identity;

namespace Hauberk.Policy.Validation;

/// <summary>Names that a server's certificate may have: a SPIFFE ID, or a DNS name for servers outside the mesh.</summary>
internal static class IdentityText
{
    public static string? Check(string name)
    {
        if (!name.Contains("://", StringComparison.Ordinal)) return HostName.Check(name);
        return SpiffeId.TryParse(name, out _, out var problem) ? null : $"This is not a SPIFFE ID: {problem.Message}.";
    }
}
