namespace Hauberk.Fuzz.Tunnel;

/// <summary>What is known of one stream, at both of a tunnel's ends.</summary>
internal sealed class PeerStream
{
    /// <summary>The content that the peer has sent.</summary>
    public List<byte> Sent { get; } = [];

    /// <summary>With padding.</summary>
    public long SentFlowBytes { get; set; }

    /// <summary>The peer has ended it.</summary>
    public bool HasEnded { get; set; }

    /// <summary>What the peer gave beyond the initial window, less what it got.</summary>
    public long Window { get; set; }

    public bool HasHeaders { get; set; }

    public bool TunnelHasEnded { get; set; }

    /// <summary>The tunnel has reset it.</summary>
    public bool IsReset { get; set; }

    /// <summary>Bytes by which the tunnel has widened the peer's window.</summary>
    public long Granted { get; set; }

    /// <summary>Bytes that the application has taken.</summary>
    public int Taken { get; set; }
}
