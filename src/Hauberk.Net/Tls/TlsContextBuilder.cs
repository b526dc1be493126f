using System.Security.Cryptography;
using System.Text;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.OpenSslConstants;

namespace Hauberk.Net.Tls;

/// <summary>Sets up the native context, strictest first.</summary>
internal static unsafe class TlsContextBuilder
{
    // 112 bits and more (SSL_CTX_set_security_level(3)): RSA and DH from 2048, EC from 224 bits, no SHA-1 signatures.
    private const int SecurityLevel = 2;
    private const int MaxPeerChainBytes = 32 * 1024;

    /// <summary>The SSL_CTX, or 0 and the problem.</summary>
    public static nint Build(TlsContextOptions options, byte[] alpn, out string? problem)
    {
        OpenSslLibrary.EnsureLoaded();
        OpenSsl.ERR_clear_error();
        bool server = options.Role == TlsRole.Server;
        nint context = OpenSsl.SSL_CTX_new(server ? OpenSsl.TLS_server_method() : OpenSsl.TLS_client_method());
        if (context == 0) throw new CryptographicException("SSL_CTX_new failed");
        SetFixedRules(context, server);
        TlsResumption.Configure(context, server, options.AllowsResumption);
        problem = SetChoices(context, options, alpn) ?? SetIdentity(context, options.Identity, server);
        if (problem is null) return context;
        OpenSsl.SSL_CTX_free(context);
        return 0;
    }

    private static void SetFixedRules(nint context, bool server)
    {
        OpenSsl.SSL_CTX_set_security_level(context, SecurityLevel);
        OpenSsl.SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_3_VERSION, null);
        OpenSsl.SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_3_VERSION, null);
        OpenSsl.SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
        OpenSsl.SSL_CTX_ctrl(context, SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, null);
        OpenSsl.SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_CERT_LIST, MaxPeerChainBytes, null);
        OpenSsl.SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (server ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), 0);
        TlsCallbacks.Install(context, server);
    }

    private static string? SetChoices(nint context, TlsContextOptions options, byte[] alpn)
    {
        fixed (byte* suites = Encoding.UTF8.GetBytes(options.CipherSuites + "\0"))
        fixed (byte* groups = Encoding.UTF8.GetBytes(options.Groups + "\0"))
        fixed (byte* protocols = alpn)
        {
            if (OpenSsl.SSL_CTX_set_ciphersuites(context, suites) != 1) return Problem("the cipher suites");
            if (OpenSsl.SSL_CTX_ctrl(context, SSL_CTRL_SET_GROUPS_LIST, 0, groups) != 1) return Problem("the groups");
            // Unlike all others this call gives 0 for success.
            return alpn.Length > 0 && options.Role == TlsRole.Client && OpenSsl.SSL_CTX_set_alpn_protos(context, protocols, (uint)alpn.Length) != 0
                ? Problem("the ALPN protocols")
                : null;
        }
    }

    private static string? SetIdentity(nint context, TlsIdentity? identity, bool server)
    {
        if (identity is null) return server ? "a server needs an identity" : null;
        if (identity.CertificateChain.Count == 0) return "the certificate chain is empty";
        for (int i = 0; i < identity.CertificateChain.Count; i++)
            if (AddCertificate(context, identity.CertificateChain[i].Span, own: i == 0) is { } problem) return problem;
        return UseKey(context, identity.PrivateKey);
    }

    private static string? AddCertificate(nint context, ReadOnlySpan<byte> der, bool own)
    {
        fixed (byte* data = der)
        {
            byte* at = data;
            nint certificate = OpenSsl.d2i_X509(null, &at, der.Length);
            if (certificate == 0 || at != data + der.Length)
            {
                OpenSsl.X509_free(certificate);
                return Problem("a certificate");
            }
            // The non-zero number makes the context take a reference of its own, as use_certificate does too.
            bool added = own
                ? OpenSsl.SSL_CTX_use_certificate(context, certificate) == 1
                : OpenSsl.SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 1, (void*)certificate) == 1;
            OpenSsl.X509_free(certificate);
            return added ? null : Problem(own ? "the certificate" : "a certificate of the chain");
        }
    }

    private static string? UseKey(nint context, ReadOnlySpan<byte> der)
    {
        fixed (byte* data = der)
        {
            byte* at = data;
            nint key = OpenSsl.d2i_AutoPrivateKey(null, &at, der.Length);
            if (key == 0) return Problem("the private key");
            bool used = OpenSsl.SSL_CTX_use_PrivateKey(context, key) == 1 && OpenSsl.SSL_CTX_check_private_key(context) == 1;
            OpenSsl.EVP_PKEY_free(key);
            return used ? null : Problem("the private key");
        }
    }

    private static string Problem(string what) => $"OpenSSL does not take {what}: {OpenSslError.Take().Text}";
}
