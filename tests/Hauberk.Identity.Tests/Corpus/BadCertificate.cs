namespace Hauberk.Identity.Tests.Corpus;

/// <summary>A chain with exactly one thing wrong, and the reason that it must be refused with.</summary>
public sealed record BadCertificate(string Name, IdentityProblemCode Code, Func<TestMesh, PresentedChain> Make)
{
    /// <summary>The roles in which it must be refused; only a one-sided extended key usage is right in one of them.</summary>
    public IReadOnlyList<PeerRole> Roles { get; init; } = [PeerRole.Client, PeerRole.Server];

    /// <summary>Whether a TLS library would send it: bytes that are no certificate cannot be loaded to begin with.</summary>
    public bool FitsHandshake { get; init; } = true;

    public override string ToString() => Name;
}
