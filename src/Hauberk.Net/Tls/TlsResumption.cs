using System.Runtime.InteropServices;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.OpenSslConstants;

namespace Hauberk.Net.Tls;

/// <summary>
/// What one context lets go on from an earlier handshake: kept by the context itself, in memory alone, gone with it. A ticket leads a server to who the
/// client was; whether that client is accepted, the verifier is asked each time.
/// </summary>
internal static unsafe class TlsResumption
{
    /// <summary>
    /// How long one ticket is good. Every resumption brings a fresh one and new keys: what ends a series of them is the context, which lives no longer than
    /// its certificate, or the verifier.
    /// </summary>
    private const int LifetimeSeconds = 3600;

    public static void Configure(nint context, bool server, bool allowed)
    {
        // No cache of OpenSSL's own on either side: it would resume without asking.
        nint mode = !allowed ? SSL_SESS_CACHE_OFF : SSL_SESS_CACHE_NO_INTERNAL | (server ? SSL_SESS_CACHE_SERVER : SSL_SESS_CACHE_CLIENT);
        OpenSsl.SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, mode, null);
        // A fresh ticket for each connection.
        _ = OpenSsl.SSL_CTX_set_num_tickets(context, allowed && server ? 1u : 0u);
        // For a server in TLS 1.3 this means tickets that name a session it keeps, in place of tickets that hold it.
        if (server || !allowed) OpenSsl.SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
        if (!allowed) return;
        OpenSsl.SSL_CTX_set_timeout(context, LifetimeSeconds);
        OpenSsl.SSL_CTX_sess_set_new_cb(context, &Keep);
        if (server) ConfigureServer(context);
    }

    private static void ConfigureServer(nint context)
    {
        // OpenSSL wants one where clients are verified; what is kept with the context is bound to it anyway.
        fixed (byte* id = "hauberk"u8) _ = OpenSsl.SSL_CTX_set_session_id_context(context, id, 7);
        OpenSsl.SSL_CTX_sess_set_get_cb(context, &Find);
    }

    [UnmanagedCallersOnly]
    private static nint Find(nint ssl, byte* name, int length, int* copy)
    {
        // The reference goes with the answer.
        *copy = 0;
        try
        {
            return EventLoop.Current?.TlsScratch.Current?.Resume(new ReadOnlySpan<byte>(name, length)) ?? 0;
        }
        catch (Exception exception)
        {
            EventLoop.Current?.Report(exception);
            return 0;
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
