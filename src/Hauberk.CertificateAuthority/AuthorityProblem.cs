namespace Hauberk.CertificateAuthority;

/// <summary>Why the authority refused: a stable code and one sentence. Never holds a secret.</summary>
public sealed record AuthorityProblem(AuthorityProblemCode Code, string Message)
{
    public override string ToString() => $"{Code}: {Message}";
}
