using System.Collections.Frozen;
using System.Collections.Immutable;
using Hauberk.Identity;
using Hauberk.Policy.Resolution;

namespace Hauberk.Policy.Decision;

/// <summary>
/// The identities that may answer for a destination (specification 5.2). An empty set refuses every server (section 11): where nobody is
/// known to be right, nobody is.
/// </summary>
public sealed class SecureNaming
{
    private readonly FrozenSet<string> accepted;

    private SecureNaming(IEnumerable<string> accepted) => this.accepted = accepted.ToFrozenSet(StringComparer.Ordinal);

    public IReadOnlyCollection<string> AcceptedIdentities => accepted;

    /// <summary>Identities of endpoints and those declared beside them, each also for every trust-domain alias.</summary>
    public static SecureNaming Of(IEnumerable<string> identities, TrustDomainSet trustDomains)
    {
        ArgumentNullException.ThrowIfNull(trustDomains);
        return new(trustDomains.Expand(identities));
    }

    /// <summary>subjectAltNames of a DestinationRule: they replace the computed set and are taken as they stand.</summary>
    public static SecureNaming Exactly(ImmutableArray<string> identities) =>
        new(identities.Select(i => i.Contains("://", StringComparison.Ordinal) ? i : "spiffe://" + i));

    public IdentityDecision Accept(SpiffeId server)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (accepted.Count == 0) return new(false, DecisionReason.NoIdentityKnownForService);
        return accepted.Contains(server.ToString())
            ? new(true, DecisionReason.ServerIdentityInService)
            : new(false, DecisionReason.ServerIdentityNotInService);
    }
}
