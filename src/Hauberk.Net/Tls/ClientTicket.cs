using Hauberk.Net.Native;

namespace Hauberk.Net.Tls;

/// <summary>A reference to OpenSSL's session, and the certificates that its server proved itself with.</summary>
internal readonly record struct ClientTicket(nint Session, PeerChain Chain)
{
    public void Free()
    {
        OpenSsl.SSL_SESSION_free(Session);
        NativeResources.Released(NativeResourceKind.TlsTicket);
    }
}
