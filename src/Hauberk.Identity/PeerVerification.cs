using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Identity;

/// <summary>What a peer's chain proved: an identity for a period, or a problem. Never both, never neither.</summary>
public sealed record PeerVerification
{
    private PeerVerification()
    {
    }

    /// <summary>The proven identity; null if the chain was refused.</summary>
    public SpiffeId? Identity { get; private init; }

    /// <summary>Why the chain was refused; null if it was accepted.</summary>
    public IdentityProblem? Problem { get; private init; }

    /// <summary>The latest start of validity over the chain, root included.</summary>
    public DateTimeOffset NotBefore { get; private init; }

    /// <summary>The earliest end of validity over the chain, root included. No handshake from then on is accepted; what was established
    /// before is its owner's to decide: relayed connections go on, streams to the control plane end.</summary>
    public DateTimeOffset NotAfter { get; private init; }

    [MemberNotNullWhen(true, nameof(Identity))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsAccepted => Identity is not null;

    internal static PeerVerification Accepted(SpiffeId identity, DateTimeOffset notBefore, DateTimeOffset notAfter) =>
        new() { Identity = identity, NotBefore = notBefore, NotAfter = notAfter };

    internal static PeerVerification Refused(IdentityProblem problem) => new() { Problem = problem };
}
