namespace Hauberk.Sidecar.Enforcement;

/// <summary>What one direction of a sidecar carries at most. Beyond it a new connection is reset, with a record that says which bound it met.</summary>
public sealed record ConnectionLimits
{
    public int MaxConnections { get; init; } = 16 * 1024;

    /// <summary>
    /// Of them, from one address, proven or not: the 10,000 connections of a gateway fit, and a quarter of the places is always left to others.
    /// Outbound every connection is from this host, so there it bounds nothing.
    /// </summary>
    public int MaxConnectionsPerSource { get; init; } = 12 * 1024;

    /// <summary>Connections that were accepted and are not yet let through: first bytes awaited, handshake under way.</summary>
    public int MaxOpening { get; init; } = 2048;

    /// <summary>Of them, from one address: so that no single peer can take all the places.</summary>
    public int MaxOpeningPerSource { get; init; } = 512;

    /// <summary>How long a client may take to send a first ClientHello where TLS is required, and both to finish the handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the first bytes are awaited where plaintext may come, before a server-first protocol is assumed.</summary>
    public TimeSpan DetectionTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long what lost its permission may take to deliver the bytes already taken from it.</summary>
    public TimeSpan RevocationDrain { get; init; } = TimeSpan.FromMilliseconds(250);
}
