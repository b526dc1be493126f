using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Decision;

namespace Hauberk.Sidecar.Records;

/// <summary>
/// What is known of one connection, filled in by its spine as it learns it. A connection that was accepted gets exactly one, whatever
/// happened to it; until a decision allows it, it stands as denied.
/// </summary>
public sealed class ConnectionRecord
{
    public required ulong Id { get; init; }

    public required ConnectionDirection Direction { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Where the connection came from.</summary>
    public required IPEndPoint Source { get; init; }

    public TimeSpan Duration { get; set; }

    /// <summary>Where the client meant to go; null where that could not be learnt.</summary>
    public IPEndPoint? Destination { get; set; }

    /// <summary>Where the sidecar took it: the application, or the chosen endpoint.</summary>
    public IPEndPoint? Upstream { get; set; }

    public string DestinationHost { get; set; } = "";

    /// <summary>Inbound: what the peer proved. Outbound: this sidecar's own.</summary>
    public SpiffeId? SourceIdentity { get; set; }

    public SpiffeId? DestinationIdentity { get; set; }

    public ConnectionSecurity Security { get; set; }

    /// <summary>Whether the handshake went on from an earlier one's secrets, which spares the signatures and no check.</summary>
    public bool IsResumed { get; set; }

    public Verdict Verdict { get; set; } = Verdict.Deny;

    public DecisionReason Reason { get; set; }

    /// <summary>The deciding rule, "namespace/name[index]"; null for a default.</summary>
    public string? Rule { get; set; }

    /// <summary>The effective server mode that applied; null where none was asked for.</summary>
    public ServerMode? Mode { get; set; }

    /// <summary>On the wire, inbound.</summary>
    public FirstSpeaker FirstSpeaker { get; set; }

    /// <summary>Whether the client's first bytes were awaited for the whole of the detection time, in vain.</summary>
    public bool HasWaited { get; set; }

    /// <summary>Why the peer's certificate was refused.</summary>
    public IdentityProblem? Problem { get; set; }

    /// <summary>What the operating system or OpenSSL said about a failure; null without one.</summary>
    public string? Detail { get; set; }

    /// <summary>What went wrong, for people; null where nothing did.</summary>
    public string? ProblemText => Problem?.Message ?? Detail;

    /// <summary>Bytes of the application from the client to the server.</summary>
    public long BytesSent { get; set; }

    /// <summary>Bytes of the application from the server to the client.</summary>
    public long BytesReceived { get; set; }

    public ClosedBy ClosedBy { get; set; } = ClosedBy.Sidecar;

    public CloseReason CloseReason { get; set; }

    /// <summary>One code for why the verdict is what it is: the decision's, else the certificate's problem, else why it was closed.</summary>
    public string ReasonCode =>
        Reason != DecisionReason.None ? Reason.ToString() : Problem?.Code.ToString() ?? CloseReason.ToString();
}
