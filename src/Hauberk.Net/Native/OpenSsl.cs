using System.Runtime.InteropServices;

namespace Hauberk.Net.Native;

/// <summary>
/// OpenSSL 3's calls, as its manual pages (section 3) describe them. None may suppress the GC transition: all of them can call
/// back into managed code or run long.
/// </summary>
internal static unsafe partial class OpenSsl
{
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    [LibraryImport(Ssl)] public static partial int OPENSSL_init_ssl(ulong options, nint settings);
    [LibraryImport(Crypto)] public static partial byte* OpenSSL_version(int type);

    [LibraryImport(Ssl)] public static partial nint TLS_client_method();
    [LibraryImport(Ssl)] public static partial nint TLS_server_method();
    [LibraryImport(Ssl)] public static partial nint SSL_CTX_new(nint method);
    [LibraryImport(Ssl)] public static partial void SSL_CTX_free(nint context);
    [LibraryImport(Ssl)] public static partial nint SSL_CTX_ctrl(nint context, int command, nint number, void* pointer);
    [LibraryImport(Ssl)] public static partial ulong SSL_CTX_set_options(nint context, ulong options);
    [LibraryImport(Ssl)] public static partial void SSL_CTX_set_security_level(nint context, int level);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_use_certificate(nint context, nint certificate);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_use_PrivateKey(nint context, nint key);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_check_private_key(nint context);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_set_ciphersuites(nint context, byte* suites);
    [LibraryImport(Ssl)] public static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);
    [LibraryImport(Ssl)] public static partial void SSL_CTX_set_cert_verify_callback(nint context, delegate* unmanaged<nint, nint, int> callback, nint argument);
    [LibraryImport(Ssl)] public static partial void SSL_CTX_set_info_callback(nint context, delegate* unmanaged<nint, int, int, void> callback);
    [LibraryImport(Ssl)] public static partial void SSL_CTX_set_alpn_select_cb(nint context, delegate* unmanaged<nint, byte**, byte*, byte*, uint, nint, int> callback, nint argument);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_set_alpn_protos(nint context, byte* list, uint length);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_set_num_tickets(nint context, nuint count);

    [LibraryImport(Ssl)] public static partial int SSL_CTX_set_session_id_context(nint context, byte* id, uint length);
    [LibraryImport(Ssl)] public static partial void SSL_CTX_sess_set_new_cb(nint context, delegate* unmanaged<nint, nint, int> callback);
    [LibraryImport(Ssl)] public static partial nint SSL_CTX_set_timeout(nint context, nint seconds);
    [LibraryImport(Ssl)] public static partial void SSL_CTX_sess_set_get_cb(nint context, delegate* unmanaged<nint, byte*, int, int*, nint> callback);
    [LibraryImport(Ssl)] public static partial int SSL_set_session(nint ssl, nint session);
    [LibraryImport(Ssl)] public static partial int SSL_session_reused(nint ssl);
    [LibraryImport(Ssl)] public static partial void SSL_SESSION_free(nint session);
    [LibraryImport(Ssl)] public static partial byte* SSL_SESSION_get_id(nint session, uint* length);
    [LibraryImport(Ssl)] public static partial int SSL_SESSION_is_resumable(nint session);

    [LibraryImport(Ssl)] public static partial nint SSL_new(nint context);
    [LibraryImport(Ssl)] public static partial void SSL_free(nint ssl);
    [LibraryImport(Ssl)] public static partial void SSL_set_bio(nint ssl, nint read, nint write);
    [LibraryImport(Ssl)] public static partial void SSL_set_connect_state(nint ssl);
    [LibraryImport(Ssl)] public static partial void SSL_set_accept_state(nint ssl);
    [LibraryImport(Ssl)] public static partial nint SSL_ctrl(nint ssl, int command, nint number, void* pointer);
    [LibraryImport(Ssl)] public static partial int SSL_do_handshake(nint ssl);
    [LibraryImport(Ssl)] public static partial int SSL_read(nint ssl, byte* buffer, int length);
    [LibraryImport(Ssl)] public static partial int SSL_peek(nint ssl, byte* buffer, int length);
    [LibraryImport(Ssl)] public static partial int SSL_write(nint ssl, byte* buffer, int length);
    [LibraryImport(Ssl)] public static partial int SSL_free_buffers(nint ssl);
    [LibraryImport(Ssl)] public static partial int SSL_pending(nint ssl);
    [LibraryImport(Ssl)] public static partial int SSL_shutdown(nint ssl);
    [LibraryImport(Ssl)] public static partial int SSL_get_error(nint ssl, int result);
    [LibraryImport(Ssl)] public static partial int SSL_key_update(nint ssl, int kind);
    [LibraryImport(Ssl)] public static partial byte* SSL_get_version(nint ssl);
    [LibraryImport(Ssl)] public static partial nint SSL_get_current_cipher(nint ssl);
    [LibraryImport(Ssl)] public static partial byte* SSL_CIPHER_get_name(nint cipher);
    [LibraryImport(Ssl)] public static partial byte* SSL_get_servername(nint ssl, int type);
    [LibraryImport(Ssl)] public static partial void SSL_get0_alpn_selected(nint ssl, byte** data, uint* length);

    [LibraryImport(Crypto)] public static partial void ERR_clear_error();
    [LibraryImport(Crypto)] public static partial ulong ERR_peek_error();
    [LibraryImport(Crypto)] public static partial ulong ERR_get_error();
    [LibraryImport(Crypto)] public static partial byte* ERR_reason_error_string(ulong error);

    [LibraryImport(Crypto)] public static partial int BIO_get_new_index();
    [LibraryImport(Crypto)] public static partial nint BIO_meth_new(int type, byte* name);
    [LibraryImport(Crypto)] public static partial int BIO_meth_set_write(nint method, delegate* unmanaged<nint, byte*, int, int> write);
    [LibraryImport(Crypto)] public static partial int BIO_meth_set_read(nint method, delegate* unmanaged<nint, byte*, int, int> read);
    [LibraryImport(Crypto)] public static partial int BIO_meth_set_ctrl(nint method, delegate* unmanaged<nint, int, nint, nint, nint> control);
    [LibraryImport(Crypto)] public static partial nint BIO_new(nint method);
    [LibraryImport(Crypto)] public static partial void BIO_set_init(nint bio, int initialised);
    [LibraryImport(Crypto)] public static partial void BIO_set_data(nint bio, void* data);
    [LibraryImport(Crypto), SuppressGCTransition] public static partial void* BIO_get_data(nint bio);
    [LibraryImport(Crypto), SuppressGCTransition] public static partial void BIO_set_flags(nint bio, int flags);
    [LibraryImport(Crypto), SuppressGCTransition] public static partial void BIO_clear_flags(nint bio, int flags);

    [LibraryImport(Crypto)] public static partial nint d2i_X509(nint* result, byte** data, nint length);
    [LibraryImport(Crypto)] public static partial int i2d_X509(nint certificate, byte** data);
    [LibraryImport(Crypto)] public static partial void X509_free(nint certificate);
    [LibraryImport(Crypto)] public static partial nint d2i_AutoPrivateKey(nint* result, byte** data, nint length);
    [LibraryImport(Crypto)] public static partial void EVP_PKEY_free(nint key);
    [LibraryImport(Crypto)] public static partial nint X509_STORE_CTX_get0_cert(nint store);
    [LibraryImport(Crypto)] public static partial nint X509_STORE_CTX_get0_untrusted(nint store);
    [LibraryImport(Crypto)] public static partial void X509_STORE_CTX_set_error(nint store, int error);
    [LibraryImport(Crypto)] public static partial int OPENSSL_sk_num(nint stack);
    [LibraryImport(Crypto)] public static partial nint OPENSSL_sk_value(nint stack, int index);
}
