using System.Runtime.Intrinsics;
using Hauberk.Net.Native;

namespace Hauberk.Net.Tls;

/// <summary>
/// The sessions behind the tickets that a server gave. A ticket is nothing but the random name of one: no key exists by which a stolen ticket could be
/// read, and no certificate is decoded again at each resumption, which would cost more than everything else in it. Each is used once. What is forgotten
/// costs a full handshake. Used from all loops.
/// </summary>
/// <param name="maxPerGeneration">Of the youngest, as many as this are always kept, and never more than twice as many.</param>
internal sealed class ServerTickets(int maxPerGeneration = 2048)
{
    private readonly Lock gate = new();
    private Dictionary<Vector256<byte>, Ticket> young = [];
    private Dictionary<Vector256<byte>, Ticket> old = [];
    private bool closed;

    /// <summary>False: not wanted; the reference stays with the caller.</summary>
    public bool Add(nint session, PeerChain chain)
    {
        if (NameOf(session) is not { } name) return false;
        lock (gate)
        {
            if (closed) return false;
            if (young.Count == maxPerGeneration)
            {
                Free(old);
                (young, old) = (old, young);
            }
            young.Add(name, new Ticket(session, chain));
            NativeResources.Acquired(NativeResourceKind.TlsTicket);
            return true;
        }
    }

    /// <summary>The caller frees it, or gives it away.</summary>
    public Ticket? Take(ReadOnlySpan<byte> name)
    {
        if (name.Length != Vector256<byte>.Count) return null;
        lock (gate)
            return young.Remove(Vector256.Create(name), out Ticket ticket) || old.Remove(Vector256.Create(name), out ticket) ? ticket : null;
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Free(young);
            Free(old);
        }
    }

    private static void Free(Dictionary<Vector256<byte>, Ticket> tickets)
    {
        foreach (Ticket ticket in tickets.Values) ticket.Free();
        tickets.Clear();
    }

    private static unsafe Vector256<byte>? NameOf(nint session)
    {
        uint length;
        byte* name = OpenSsl.SSL_SESSION_get_id(session, &length);
        return length == Vector256<byte>.Count ? Vector256.Create(new ReadOnlySpan<byte>(name, (int)length)) : null;
    }
}
