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
    private readonly Dictionary<string, Stack<ClientTicket>> tickets = [];
    private bool closed;

    /// <summary>False: not wanted; the reference stays with the caller.</summary>
    public bool Add(string key, nint session, PeerChain chain)
    {
        lock (gate)
        {
            if (closed) return false;
            if (!tickets.TryGetValue(key, out Stack<ClientTicket>? stack))
            {
                if (tickets.Count == MaxKeys) return false;
                tickets[key] = stack = [];
            }
            if (stack.Count == MaxPerKey) return false;
            stack.Push(new ClientTicket(session, chain));
            NativeResources.Acquired(NativeResourceKind.TlsTicket);
            return true;
        }
    }

    /// <summary>The caller frees it.</summary>
    public ClientTicket? Take(string key)
    {
        lock (gate)
        {
            while (tickets.TryGetValue(key, out Stack<ClientTicket>? stack) && stack.TryPop(out ClientTicket ticket))
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
            foreach (Stack<ClientTicket> stack in tickets.Values)
                foreach (ClientTicket ticket in stack) ticket.Free();
            tickets.Clear();
        }
    }
}
