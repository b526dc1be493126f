using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Hauberk.Net.Native;

namespace Hauberk.Net.Tls;

/// <summary>
/// One identity in one role: what handshakes need, made once and immutable. Connections in flight keep the context they began with, so
/// rotation is: make a new one, use it from now on, and let go of the old one. Let go by dropping it (the collector frees it), or
/// <see cref="Dispose"/> it when no handshake can start with it any more. For use from any thread.
/// </summary>
public sealed class TlsContext : IDisposable
{
    private readonly Lock gate = new();
    private nint handle;
    private int sessions;
    private bool disposed;

    private TlsContext(TlsContextOptions options, byte[] alpn, nint handle)
    {
        Role = options.Role;
        VerifyPeer = options.VerifyPeer;
        Alpn = alpn;
        this.handle = handle;
        NativeResources.Acquired(NativeResourceKind.TlsContext);
    }

    ~TlsContext() => FreeHandle();

    public TlsRole Role { get; }

    internal PeerVerificationCallback VerifyPeer { get; }

    /// <summary>The protocols in wire form.</summary>
    internal byte[] Alpn { get; }

    /// <summary>Of a client: what servers gave it to resume with.</summary>
    internal ClientTickets Tickets { get; } = new();

    /// <summary>Of a server: what is behind the tickets it gave.</summary>
    internal ServerTickets GivenTickets { get; } = new();

    /// <summary>False, with the problem, when certificate, key or parameters are unusable.</summary>
    public static bool TryCreate(
        TlsContextOptions options, [NotNullWhen(true)] out TlsContext? context, [NotNullWhen(false)] out string? problem)
    {
        context = null;
        byte[]? alpn = AlpnList.TryEncode(options.AlpnProtocols);
        problem = alpn is null ? "an ALPN protocol is not 1 to 255 ASCII characters" : null;
        if (problem is not null) return false;
        nint handle = TlsContextBuilder.Build(options, alpn!, out problem);
        if (handle != 0) context = new TlsContext(options, alpn!, handle);
        return context is not null;
    }

    /// <summary>Starts no further handshake; the native context goes with the last connection that uses it.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            CloseTickets();
            if (sessions == 0) FreeHandle();
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>A new SSL that keeps this context alive until <see cref="FreeSession"/>.</summary>
    internal nint NewSession()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            nint ssl = OpenSsl.SSL_new(handle);
            if (ssl == 0) throw new CryptographicException("SSL_new failed");
            sessions++;
            NativeResources.Acquired(NativeResourceKind.TlsSession);
            return ssl;
        }
    }

    internal void FreeSession(nint ssl)
    {
        OpenSsl.SSL_free(ssl);
        NativeResources.Released(NativeResourceKind.TlsSession);
        lock (gate)
        {
            sessions--;
            if (disposed && sessions == 0) FreeHandle();
        }
    }

    private void FreeHandle()
    {
        if (handle == 0) return;
        CloseTickets();
        OpenSsl.SSL_CTX_free(handle);
        handle = 0;
        NativeResources.Released(NativeResourceKind.TlsContext);
    }

    private void CloseTickets()
    {
        Tickets.Close();
        GivenTickets.Close();
    }
}
