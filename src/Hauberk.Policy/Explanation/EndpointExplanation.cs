using System.Collections.Immutable;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Explanation;

/// <summary>One connection to one endpoint from both ends.</summary>
public sealed record EndpointExplanation
{
    public required Workload Server { get; init; }

    public required int WorkloadPort { get; init; }

    /// <summary>What the client sends, and why.</summary>
    public required ClientTlsDecision ClientTls { get; init; }

    /// <summary>What stands on the wire.</summary>
    public required WireForm Wire { get; init; }

    public required DeclaredProtocol Protocol { get; init; }

    /// <summary>What decides <see cref="Protocol"/>; null: nothing leads to the port.</summary>
    public PortDeclaration? Declaration { get; init; }

    /// <summary>How the server's mode came about.</summary>
    public required ImmutableArray<ModeStep> ModeChain { get; init; }

    /// <summary>Null: the server has no sidecar, its application gets the bytes.</summary>
    public InboundHandling? Handling { get; init; }

    /// <summary>Of the server, in the client's eyes; null where no mesh mTLS is spoken.</summary>
    public IdentityDecision? ServerAccepted { get; init; }

    /// <summary>Of the client, in the server's eyes; null where no mesh mTLS is spoken.</summary>
    public IdentityDecision? ClientAccepted { get; init; }

    /// <summary>Null where it does not come to that.</summary>
    public AuthorizationExplanation? Authorization { get; init; }

    public required bool Succeeds { get; init; }

    /// <summary>True where mesh mTLS stands between the two.</summary>
    public required bool IsMutualTls { get; init; }

    /// <summary>In the order of events: what the client sends, what the server does, which rule says so.</summary>
    public ImmutableArray<string> Sentences => EndpointSentences.Of(this);
}
