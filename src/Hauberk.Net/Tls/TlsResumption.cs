using System.Runtime.InteropServices;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.OpenSslConstants;

namespace Hauberk.Net.Tls;

/// <summary>
/// Session tickets of one context: the keys that protect a server's are OpenSSL's own, made with the context, in memory alone, gone with it. A
/// ticket says who the client was; whether that client is accepted, the verifier is asked each time.
/// </summary>
internal static unsafe class TlsResumption
{
    /// <summary>A bound on how long the secrets of one full handshake go on; certificates and bundles end it earlier.</summary>
    private const int LifetimeSeconds = 3600;

    public static void Configure(nint context, bool server, bool allowed)
    {
        // No cache of OpenSSL's own on either side: it would resume without asking.
        nint mode = allowed && !server ? SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL : SSL_SESS_CACHE_OFF;
        OpenSsl.SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, mode, null);
        // A fresh ticket for each connection.
        _ = OpenSsl.SSL_CTX_set_num_tickets(context, allowed && server ? 1u : 0u);
        if (!allowed)
        {
            OpenSsl.SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
            return;
        }
        OpenSsl.SSL_CTX_set_timeout(context, LifetimeSeconds);
        if (server) ConfigureServer(context);
        else OpenSsl.SSL_CTX_sess_set_new_cb(context, &Keep);
    }

    private static void ConfigureServer(nint context)
    {
        // OpenSSL wants one where clients are verified; the ticket keys already bind a ticket to its context.
        fixed (byte* id = "hauberk"u8) _ = OpenSsl.SSL_CTX_set_session_id_context(context, id, 7);
        _ = OpenSsl.SSL_CTX_set_session_ticket_cb(context, &Mark, &Accept, 0);
    }

    [UnmanagedCallersOnly]
    private static int Mark(nint ssl, nint argument)
    {
        try
        {
            return EventLoop.Current?.TlsScratch.Current?.MarkTicket() == true ? 1 : 0;
        }
        catch (Exception exception)
        {
            EventLoop.Current?.Report(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int Accept(nint ssl, nint session, byte* keyName, nuint keyNameLength, int status, nint argument)
    {
        try
        {
            // "Renew": after the full handshake that follows, too, a ticket is due.
            if (status is not (SSL_TICKET_SUCCESS or SSL_TICKET_SUCCESS_RENEW)) return SSL_TICKET_RETURN_IGNORE_RENEW;
            byte* mark;
            nuint length;
            bool known = OpenSsl.SSL_SESSION_get0_ticket_appdata(session, &mark, &length) == 1 && mark != null;
            return known && EventLoop.Current?.TlsScratch.Current?.AcceptTicket(new ReadOnlySpan<byte>(mark, (int)length)) == true
                ? SSL_TICKET_RETURN_USE_RENEW
                : SSL_TICKET_RETURN_IGNORE_RENEW;
        }
        catch (Exception exception)
        {
            EventLoop.Current?.Report(exception);
            return SSL_TICKET_RETURN_IGNORE_RENEW;
        }
    }

    [UnmanagedCallersOnly]
    private static int Keep(nint ssl, nint session)
    {
        try
        {
            return EventLoop.Current?.TlsScratch.Current?.KeepTicket(session) == true ? 1 : 0;
        }
        catch (Exception exception)
        {
            EventLoop.Current?.Report(exception);
            return 0;
        }
    }
}
