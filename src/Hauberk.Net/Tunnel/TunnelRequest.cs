using Hauberk.Net.EventLoops;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tunnel;

/// <summary>A CONNECT that waits for an answer. Use on the loop's thread; what is left unanswered is reset.</summary>
public sealed class TunnelRequest
{
    private readonly TunnelChannel stream;

    internal TunnelRequest(TunnelChannel stream, string authority, string? serverName)
    {
        this.stream = stream;
        (Authority, ServerName) = (authority, serverName);
    }

    /// <summary>Where the peer wants to go, as it said it: not checked beyond its length.</summary>
    public string Authority { get; }

    /// <summary>What the peer would have named as SNI on a connection of its own; null: nothing.</summary>
    public string? ServerName { get; }

    /// <summary>The connection whose peer asks.</summary>
    public TlsChannel Channel => stream.Tunnel.Channel;

    public EventLoop Loop => stream.Loop;

    /// <summary>False once the peer has taken the request back, or the tunnel has ended.</summary>
    public bool IsOpen => stream.Problem is null;

    public bool IsAnswered { get; private set; }

    /// <summary>Answers 200. The stream is already broken when the peer has gone meanwhile.</summary>
    public TunnelChannel Accept()
    {
        Answer();
        stream.Answer(200);
        return stream;
    }

    /// <summary>Answers with a status and ends the stream.</summary>
    /// <param name="status">400 for a destination that is not ours, 401 for a denial, 503 when it cannot be reached.</param>
    public void Refuse(int status)
    {
        Answer();
        stream.Refuse(status);
    }

    /// <summary>Breaks off, answered or not.</summary>
    public void Abort()
    {
        IsAnswered = true;
        stream.Abort();
    }

    private void Answer()
    {
        Loop.VerifyCurrent();
        if (IsAnswered) throw new InvalidOperationException("A request is answered once.");
        IsAnswered = true;
    }
}
