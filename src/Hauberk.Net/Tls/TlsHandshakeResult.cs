using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Net.Tls;

/// <summary>A channel to a verified peer, or the problem that there is none.</summary>
public sealed class TlsHandshakeResult
{
    private TlsHandshakeResult(TlsChannel? channel, TlsProblem? problem)
    {
        Channel = channel;
        Problem = problem;
    }

    public TlsChannel? Channel { get; }

    public TlsProblem? Problem { get; }

    [MemberNotNullWhen(true, nameof(Channel))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsEstablished => Channel is not null;

    internal static TlsHandshakeResult Established(TlsChannel channel) => new(channel, null);

    internal static TlsHandshakeResult Failed(TlsProblem problem) => new(null, problem);
}
