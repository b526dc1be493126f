using System.Runtime.InteropServices;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.OpenSslConstants;

namespace Hauberk.Net.Tls;

/// <summary>
/// Where OpenSSL calls us. All are static: they find the session through the loop whose thread they run on, so nothing managed is
/// referenced from native memory.
/// </summary>
internal static unsafe class TlsCallbacks
{
    private const int MaxChainLength = 16;

    public static void Install(nint context, bool server)
    {
        OpenSsl.SSL_CTX_set_cert_verify_callback(context, &Verify, 0);
        OpenSsl.SSL_CTX_set_info_callback(context, &Inform);
        if (server) OpenSsl.SSL_CTX_set_alpn_select_cb(context, &SelectAlpn, 0);
    }

    private static TlsSession? Session => EventLoop.Current?.TlsScratch.Current;

    [UnmanagedCallersOnly]
    private static int Verify(nint store, nint argument)
    {
        try
        {
            if (Session?.VerifyPeer(ReadChain(store)) is { IsAccepted: false } refusal) return Refuse(store, ErrorFor(refusal.Alert));
            if (Session is null) return Refuse(store, X509_V_ERR_UNSPECIFIED);
            OpenSsl.X509_STORE_CTX_set_error(store, X509_V_OK);
            return 1;
        }
        catch (Exception exception)
        {
            EventLoop.Current?.Report(exception);
            return Refuse(store, X509_V_ERR_UNSPECIFIED);
        }
    }

    [UnmanagedCallersOnly]
    private static void Inform(nint ssl, int where, int value)
    {
        var alert = (TlsAlert)(value & 0xff);
        if (Session is not { } session || alert == TlsAlert.CloseNotify) return;
        if (where == SSL_CB_READ_ALERT) session.AlertReceived = alert;
        if (where == SSL_CB_WRITE_ALERT) session.AlertSent = alert;
    }

    [UnmanagedCallersOnly]
    private static int SelectAlpn(nint ssl, byte** selected, byte* selectedLength, byte* offered, uint offeredLength, nint argument)
    {
        try
        {
            if (Session is not { } session) return SSL_TLSEXT_ERR_NOACK;
            int at = session.SelectAlpn(new ReadOnlySpan<byte>(offered, (int)offeredLength));
            if (at < 0) return SSL_TLSEXT_ERR_NOACK;
            *selected = offered + at;
            *selectedLength = offered[at - 1];
            return SSL_TLSEXT_ERR_OK;
        }
        catch (Exception exception)
        {
            EventLoop.Current?.Report(exception);
            return SSL_TLSEXT_ERR_NOACK;
        }
    }

    private static PeerChain? ReadChain(nint store)
    {
        nint stack = OpenSsl.X509_STORE_CTX_get0_untrusted(store);
        int count = stack == 0 ? 0 : OpenSsl.OPENSSL_sk_num(stack);
        if (count > MaxChainLength) return null;
        var certificates = new List<ReadOnlyMemory<byte>>(Math.Max(count, 1)) { Encode(OpenSsl.X509_STORE_CTX_get0_cert(store)) };
        // The peer's own certificate is also the first of those that came with it.
        for (int i = 1; i < count; i++) certificates.Add(Encode(OpenSsl.OPENSSL_sk_value(stack, i)));
        return new PeerChain(certificates);
    }

    private static byte[] Encode(nint certificate)
    {
        int length = OpenSsl.i2d_X509(certificate, null);
        if (length <= 0) throw new InvalidOperationException("i2d_X509");
        var der = new byte[length];
        fixed (byte* data = der)
        {
            byte* at = data;
            _ = OpenSsl.i2d_X509(certificate, &at);
        }
        return der;
    }

    private static int Refuse(nint store, int error)
    {
        OpenSsl.X509_STORE_CTX_set_error(store, error);
        return 0;
    }

    // OpenSSL chooses the alert by the verification error (ssl/statem/statem_lib.c, ssl_x509err2alert).
    private static int ErrorFor(TlsAlert alert) => alert switch
    {
        TlsAlert.UnsupportedCertificate => X509_V_ERR_INVALID_PURPOSE,
        TlsAlert.CertificateRevoked => X509_V_ERR_CERT_REVOKED,
        TlsAlert.CertificateExpired => X509_V_ERR_CERT_HAS_EXPIRED,
        TlsAlert.CertificateUnknown => X509_V_ERR_PATH_LOOP,
        TlsAlert.UnknownCa => X509_V_ERR_INVALID_CA,
        TlsAlert.InternalError => X509_V_ERR_UNSPECIFIED,
        _ => X509_V_ERR_CERT_REJECTED,
    };
}
