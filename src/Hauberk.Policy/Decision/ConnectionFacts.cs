using System.Net;
using Hauberk.Identity;

namespace Hauberk.Policy.Decision;

/// <summary>What is known of a connection when it is decided upon. Input of a layer-4 decision.</summary>
/// <param name="Peer">The identity the peer proved; null for plaintext and foreign TLS.</param>
/// <param name="SourceAddress">Of the directly connected peer.</param>
/// <param name="Port">The workload port.</param>
/// <param name="Sni">Null where the client sent none.</param>
public readonly record struct ConnectionFacts(SpiffeId? Peer, IPAddress SourceAddress, IPAddress DestinationAddress, int Port, string? Sni)
{
    /// <summary>The original client behind trusted proxies; null: the same as <see cref="SourceAddress"/>.</summary>
    public IPAddress? RemoteAddress { get; init; }
}
