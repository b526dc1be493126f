namespace Hauberk.Identity;

/// <summary>Whether a certificate may issue: a path to a root for a period, or a problem.</summary>
public sealed record AuthorityVerification
{
    internal AuthorityVerification()
    {
    }

    /// <summary>Why the chain was refused; null if it was accepted.</summary>
    public IdentityProblem? Problem { get; internal init; }

    /// <summary>DER, the issuing certificate first, the root last (one and the same if the root issues itself). Empty if refused.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Path { get; internal init; } = [];

    /// <summary>The latest start of validity over the path.</summary>
    public DateTimeOffset NotBefore { get; internal init; }

    /// <summary>The earliest end of validity over the path; nothing issued may outlive it.</summary>
    public DateTimeOffset NotAfter { get; internal init; }
}
