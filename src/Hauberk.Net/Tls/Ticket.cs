using Hauberk.Net.Native;

namespace Hauberk.Net.Tls;

/// <summary>A reference to OpenSSL's session, and the certificates that the peer proved itself with.</summary>
internal readonly record struct Ticket(nint Session, PeerChain Chain)
{
    public void Free() => OpenSsl.SSL_SESSION_free(GiveAway());

    /// <summary>The reference is the caller's from now on.</summary>
    public nint GiveAway()
    {
        NativeResources.Released(NativeResourceKind.TlsTicket);
        return Session;
    }
}
