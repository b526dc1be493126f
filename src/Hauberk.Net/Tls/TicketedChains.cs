using System.Collections.Concurrent;

namespace Hauberk.Net.Tls;

/// <summary>
/// The certificates behind the tickets that a server gave, by their SHA-256, which is in the ticket: a ticket carries the client's own certificate
/// alone, and the verifier must see the whole chain again. What is forgotten costs a full handshake.
/// </summary>
internal sealed class TicketedChains
{
    private const int MaxChains = 4096;

    private readonly ConcurrentDictionary<string, PeerChain> chains = new();

    /// <returns>The mark for the ticket.</returns>
    public byte[] Remember(PeerChain chain)
    {
        byte[] mark = chain.ComputeSha256();
        string key = Convert.ToHexString(mark);
        if (chains.ContainsKey(key)) return mark;
        if (chains.Count >= MaxChains) chains.Clear();
        chains[key] = chain;
        return mark;
    }

    public PeerChain? Find(ReadOnlySpan<byte> mark) => chains.GetValueOrDefault(Convert.ToHexString(mark));
}
