using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.OpenSslConstants;

namespace Hauberk.Net.Tls;

/// <summary>
/// One SSL of OpenSSL: records in, bytes out, and the reverse. Knows no socket: its owner fills the loop's <see cref="RecordBuffers"/>
/// before a call and empties them after it.
/// </summary>
internal sealed unsafe class TlsSession
{
    // RFC 8446 section 5.5 lets AES-GCM protect 2^24.5 full records under one key.
    private const long RecordsPerKey = 1L << 23;
    private const int RecordBytes = 16 * 1024;
    private static readonly ConcurrentDictionary<nint, string> CipherNames = new();

    private readonly TlsScratch scratch;
    private TlsContext? context;
    private nint ssl;
    private long recordsUnderKey;
    private readonly string? resumptionKey;

    // What the verifier said: about certificates shown in this handshake, and about those behind a ticket. Which one counts is known at its end.
    private VerifiedPeer? shown;
    private VerifiedPeer? ticketed;

    public TlsSession(TlsContext context, TlsScratch scratch, string? serverName, string? resumptionKey)
    {
        this.context = context;
        this.scratch = scratch;
        ssl = context.NewSession();
        nint bio = RecordBio.Create(scratch.Records);
        OpenSsl.SSL_set_bio(ssl, bio, bio);
        if (context.Role == TlsRole.Server) OpenSsl.SSL_set_accept_state(ssl);
        else OpenSsl.SSL_set_connect_state(ssl);
        if (serverName is not null) SetServerName(serverName);
        this.resumptionKey = resumptionKey;
        if (resumptionKey is not null) OfferTicket(resumptionKey);
    }

    public bool IsFreed => ssl == 0;

    public TlsAlert? AlertSent { get; set; }

    public TlsAlert? AlertReceived { get; set; }

    public bool IsResumed => OpenSsl.SSL_session_reused(ssl) == 1;

    public PeerChain? PeerChain => Peer?.Chain;

    public PeerVerdict? Verdict => Peer?.Verdict;

    private VerifiedPeer? Peer => IsResumed ? ticketed : shown;

    public IReadOnlyList<string> OfferedAlpn { get; private set; } = [];

    /// <summary>Decrypted bytes wait inside OpenSSL for a read with room.</summary>
    public bool HasPlaintext => OpenSsl.SSL_pending(ssl) > 0;

    public string CipherSuite => CipherNames.GetOrAdd(OpenSsl.SSL_get_current_cipher(ssl), static cipher => Text(OpenSsl.SSL_CIPHER_get_name(cipher)) ?? "");

    public string? ServerName => Text(OpenSsl.SSL_get_servername(ssl, 0));

    public string? SelectedAlpn
    {
        get
        {
            byte* data;
            uint length;
            OpenSsl.SSL_get0_alpn_selected(ssl, &data, &length);
            return length == 0 ? null : System.Text.Encoding.ASCII.GetString(data, (int)length);
        }
    }

    /// <summary>Goes on with the handshake over the input there is.</summary>
    public TlsStep Handshake(out OpenSslError error)
    {
        OpenSslError.Clear();
        scratch.Current = this;
        int result = OpenSsl.SSL_do_handshake(ssl);
        scratch.Current = null;
        return Judge(result, out error);
    }

    /// <summary>Decrypts until the input is used up, the room is, or the stream is at its end.</summary>
    public int Decrypt(Span<byte> destination, out TlsStep step, out OpenSslError error)
    {
        int total = 0;
        step = TlsStep.Done;
        error = default;
        fixed (byte* pointer = destination)
        {
            while (total < destination.Length)
            {
                OpenSslError.Clear();
                scratch.Current = this;
                int count = OpenSsl.SSL_read(ssl, pointer + total, destination.Length - total);
                scratch.Current = null;
                step = Judge(count, out error);
                if (step != TlsStep.Done) break;
                total += count;
                if (total == destination.Length || scratch.Records->InputLength > 0) continue;
                // OpenSSL reads no further than the record it decrypts, and there was room for all of it: asking once more would only find nothing.
                // Its buffers it would keep. Between two records they are empty; elsewhere 3.0 before 3.0.14 frees them in use (CVE-2024-4741).
                _ = OpenSsl.SSL_free_buffers(ssl);
                step = TlsStep.NeedsInput;
                break;
            }
        }
        return total;
    }

    /// <summary>Processes input up to the first decrypted byte, which stays for <see cref="Decrypt"/>.</summary>
    public TlsStep Peek(out OpenSslError error)
    {
        byte first;
        OpenSslError.Clear();
        scratch.Current = this;
        int count = OpenSsl.SSL_peek(ssl, &first, 1);
        scratch.Current = null;
        return Judge(count, out error);
    }

    /// <summary>Encrypts all bytes as records; false when the session is broken.</summary>
    public bool Encrypt(ReadOnlySpan<byte> source)
    {
        OpenSslError.Clear();
        RefreshKeys(source.Length);
        fixed (byte* pointer = source) return OpenSsl.SSL_write(ssl, pointer, source.Length) == source.Length;
    }

    /// <summary>Makes the close_notify record.</summary>
    public void Shutdown()
    {
        OpenSslError.Clear();
        _ = OpenSsl.SSL_shutdown(ssl);
    }

    public void Free()
    {
        if (ssl == 0) return;
        context!.FreeSession(ssl);
        ssl = 0;
        // Whoever keeps a closed channel for its records must not keep an old certificate's key with it.
        context = null;
    }

    /// <summary>Asks the context's verifier; a chain that could not be read is refused without asking.</summary>
    public PeerVerdict VerifyPeer(PeerChain? chain)
    {
        // Stands while the verifier runs, so that an exception leaves a refusal behind.
        shown = new VerifiedPeer(chain, PeerVerdict.Refuse("the verifier failed", TlsAlert.InternalError));
        if (chain is null) shown = new VerifiedPeer(null, PeerVerdict.Refuse("the certificate chain is too long"));
        else if (context!.VerifyPeer(chain) is { } verdict) shown = new VerifiedPeer(chain, verdict);
        return shown.Verdict;
    }

    /// <summary>Server: the session behind a ticket, when the client is accepted today; 0 leads to a full handshake. The reference is the caller's.</summary>
    public nint Resume(ReadOnlySpan<byte> name)
    {
        ticketed = null;
        if (context!.GivenTickets.Take(name) is not { } ticket) return 0;
        try
        {
            if (context.VerifyPeer(ticket.Chain) is { IsAccepted: true } verdict) ticketed = new VerifiedPeer(ticket.Chain, verdict);
        }
        finally
        {
            if (ticketed is null) ticket.Free();
        }
        return ticketed is null ? 0 : ticket.GiveAway();
    }

    /// <summary>Keeps what this connection can be resumed from; true takes the reference over.</summary>
    public bool KeepTicket(nint session)
    {
        if (Peer is not { Chain: { } chain, Verdict.IsAccepted: true }) return false;
        if (context!.Role == TlsRole.Server) return context.GivenTickets.Add(session, chain);
        return resumptionKey is not null && context.Tickets.Add(resumptionKey, session, chain);
    }

    private void OfferTicket(string key)
    {
        while (ticketed is null && context!.Tickets.Take(key) is { } ticket)
        {
            try
            {
                // A server that is not accepted today gets no further ticket either: the handshake's own certificates decide.
                if (context.VerifyPeer(ticket.Chain) is { IsAccepted: true } verdict && OpenSsl.SSL_set_session(ssl, ticket.Session) == 1)
                    ticketed = new VerifiedPeer(ticket.Chain, verdict);
            }
            catch
            {
                Free();
                throw;
            }
            finally
            {
                ticket.Free();
            }
        }
    }

    public int SelectAlpn(ReadOnlySpan<byte> offered)
    {
        OfferedAlpn = AlpnList.Decode(offered);
        return AlpnList.Select(context!.Alpn, offered);
    }

    /// <summary>Next write begins with new keys for our direction (RFC 8446, section 4.6.3).</summary>
    internal void RequestKeyUpdate() => recordsUnderKey = RecordsPerKey;

    private void RefreshKeys(int bytes)
    {
        recordsUnderKey += (bytes + RecordBytes - 1) / RecordBytes;
        if (recordsUnderKey < RecordsPerKey) return;
        recordsUnderKey = 0;
        _ = OpenSsl.SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
    }

    private TlsStep Judge(int result, out OpenSslError error)
    {
        error = default;
        if (result > 0) return TlsStep.Done;
        switch (OpenSsl.SSL_get_error(ssl, result))
        {
            case SSL_ERROR_WANT_READ: return TlsStep.NeedsInput;
            case SSL_ERROR_ZERO_RETURN: return TlsStep.Ended;
            default:
                error = OpenSslError.Take();
                return TlsStep.Failed;
        }
    }

    private void SetServerName(string name)
    {
        fixed (byte* pointer = System.Text.Encoding.UTF8.GetBytes(name + "\0"))
        {
            if (OpenSsl.SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, pointer) == 1) return;
        }
        Free();
        throw new ArgumentException("Not usable as a TLS server name.", nameof(name));
    }

    private static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);
}
