using Hauberk.Net.Native;

namespace Hauberk.Net.Tls;

/// <summary>
/// Tickets by resumption key, the newest first. Each is used once: OpenSSL would refuse a second use, and whoever watches the wire could link
/// the two (RFC 8446, appendix C.4). Used from all loops.
/// </summary>
internal sealed class ClientTickets
{
    /// <summary>As many as connections to one peer begin at the same time.</summary>
    private const int MaxPerKey = 32;
    private const int MaxKeys = 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Stack<Ticket>> tickets = [];
    private bool closed;

    /// <summary>False: not wanted; the reference stays with the caller.</summary>
    public bool Add(string key, nint session, PeerChain chain)
    {
        lock (gate)
        {
            if (closed) return false;
            if (!tickets.TryGetValue(key, out Stack<Ticket>? stack))
            {
                if (tickets.Count == MaxKeys) return false;
                tickets[key] = stack = [];
            }
            if (stack.Count == MaxPerKey) return false;
            stack.Push(new Ticket(session, chain));
            NativeResources.Acquired(NativeResourceKind.TlsTicket);
            return true;
        }
    }

    /// <summary>The caller frees it.</summary>
    public Ticket? Take(string key)
    {
        lock (gate)
        {
            while (tickets.TryGetValue(key, out Stack<Ticket>? stack) && stack.TryPop(out Ticket ticket))
            {
                if (stack.Count == 0) tickets.Remove(key);
                // A connection that broke takes its session with it.
                if (OpenSsl.SSL_SESSION_is_resumable(ticket.Session) == 1) return ticket;
                ticket.Free();
            }
            return null;
        }
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            foreach (Stack<Ticket> stack in tickets.Values)
                foreach (Ticket ticket in stack) ticket.Free();
            tickets.Clear();
        }
    }
}
