namespace Hauberk.Net.Native;

/// <summary>Numbers of OpenSSL 3's headers (ssl.h, tls1.h, bio.h, x509_vfy.h, sslerr.h).</summary>
internal static class OpenSslConstants
{
    public const ulong OPENSSL_INIT_NO_ATEXIT = 0x00080000;

    public const int SSL_CTRL_MODE = 33, SSL_CTRL_SET_SESS_CACHE_MODE = 44, SSL_CTRL_SET_MAX_CERT_LIST = 51, SSL_CTRL_SET_TLSEXT_HOSTNAME = 55;
    public const int SSL_CTRL_EXTRA_CHAIN_CERT = 14, SSL_CTRL_CHAIN_CERT = 89, SSL_CTRL_SET_GROUPS_LIST = 92;
    public const int SSL_CTRL_SET_MIN_PROTO_VERSION = 123, SSL_CTRL_SET_MAX_PROTO_VERSION = 124;
    public const int TLS1_3_VERSION = 0x0304;
    public const nint SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = 2, SSL_MODE_RELEASE_BUFFERS = 0x10;
    public const ulong SSL_OP_NO_TICKET = 1UL << 14, SSL_OP_NO_COMPRESSION = 1UL << 17, SSL_OP_CIPHER_SERVER_PREFERENCE = 1UL << 22, SSL_OP_NO_RENEGOTIATION = 1UL << 30;
    public const int SSL_VERIFY_PEER = 1, SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2;

    public const nint SSL_SESS_CACHE_OFF = 0, SSL_SESS_CACHE_CLIENT = 1, SSL_SESS_CACHE_SERVER = 2, SSL_SESS_CACHE_NO_INTERNAL = 0x300;

    public const int SSL_ERROR_SSL = 1, SSL_ERROR_WANT_READ = 2, SSL_ERROR_ZERO_RETURN = 6;
    public const int SSL_CB_READ_ALERT = 0x4004, SSL_CB_WRITE_ALERT = 0x4008;
    public const int SSL_TLSEXT_ERR_OK = 0, SSL_TLSEXT_ERR_NOACK = 3;
    public const int SSL_KEY_UPDATE_NOT_REQUESTED = 0;

    public const int BIO_TYPE_SOURCE_SINK = 0x0400, BIO_CTRL_FLUSH = 11, BIO_FLAGS_READ = 1, BIO_FLAGS_RWS = 7, BIO_FLAGS_SHOULD_RETRY = 8;

    /// <summary>Alerts received are reported as an error whose reason is this plus the alert's number.</summary>
    public const int SSL_AD_REASON_OFFSET = 1000;
    public const int SSL_R_HTTPS_PROXY_REQUEST = 155, SSL_R_HTTP_REQUEST = 156, SSL_R_PACKET_LENGTH_TOO_LONG = 198;
    public const int SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE = 199, SSL_R_UNKNOWN_PROTOCOL = 252, SSL_R_WRONG_VERSION_NUMBER = 267;
    public const int SSL_R_WRONG_SSL_VERSION = 266, SSL_R_BAD_RECORD_TYPE = 443;

    public const int X509_V_OK = 0, X509_V_ERR_UNSPECIFIED = 1, X509_V_ERR_CERT_HAS_EXPIRED = 10, X509_V_ERR_PATH_LOOP = 55;
    public const int X509_V_ERR_CERT_REVOKED = 23, X509_V_ERR_INVALID_CA = 79, X509_V_ERR_INVALID_PURPOSE = 26, X509_V_ERR_CERT_REJECTED = 28;
}
