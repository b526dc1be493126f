using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Identity;

namespace Hauberk.Sidecar.Identity;

/// <summary>
/// TLS to the control plane. The server is accepted for one reason only: it proves the control plane's identity to the roots that vouch for this
/// trust domain. Host names, the machine's trust store and the network have no say.
/// </summary>
/// <param name="trust">The roots at the time of the handshake.</param>
/// <param name="socketMark">Put on every socket, so that the sidecar's own traffic is not captured; null: told by its user instead.</param>
internal sealed class ControlPlaneTls(TrustDomain trustDomain, Func<TrustBundleSet> trust, uint? socketMark, TimeProvider time)
{
    private const int SocketLevel = 1;
    private const int SocketMarkOption = 36;

    private readonly SpiffeId controlPlane = SpiffeId.ControlPlane(trustDomain);

    /// <summary>Why the last server was not accepted; for logs.</summary>
    public string? LastProblem { get; private set; }

    /// <param name="client">What this workload proves itself with; null before it has joined.</param>
    public SocketsHttpHandler CreateHandler(WorkloadCertificate? client) => new()
    {
        SslOptions = Options(client),
        ConnectCallback = ConnectAsync,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingDelay = TimeSpan.FromSeconds(10),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
    };

    [SuppressMessage("Security", "CA5398", Justification = "Both ends are ours: nothing below TLS 1.3 is ever spoken.")]
    private SslClientAuthenticationOptions Options(WorkloadCertificate? client) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificateContext = client is null ? null : ContextOf(client),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        // Keeps the platform's own chain building off the network; its result is not what decides.
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        },
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => Accept(certificate, chain),
    };

    private bool Accept(X509Certificate? certificate, X509Chain? chain)
    {
        var verification = PeerVerifier.Verify(Presented(certificate, chain), trust(), PeerRole.Server, time.GetUtcNow());
        LastProblem = verification.Problem?.ToString()
            ?? (verification.Identity == controlPlane ? null : $"the server is {verification.Identity}, not {controlPlane}");
        return LastProblem is null;
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Presented(X509Certificate? certificate, X509Chain? chain)
    {
        if (certificate is null)
            return [];
        ReadOnlyMemory<byte> leaf = certificate.GetRawCertData();
        var others = chain?.ChainPolicy.ExtraStore.Select(static c => (ReadOnlyMemory<byte>)c.RawData) ?? [];
        return [leaf, .. others.Where(other => !other.Span.SequenceEqual(leaf.Span))];
    }

    private static SslStreamCertificateContext ContextOf(WorkloadCertificate client)
    {
        using var key = client.OpenKey();
        using var leaf = X509CertificateLoader.LoadCertificate(client.ChainDer[0].Span);
        var intermediates = new X509Certificate2Collection(
            client.ChainDer.Skip(1).Select(static der => X509CertificateLoader.LoadCertificate(der.Span)).ToArray());
        return SslStreamCertificateContext.Create(leaf.CopyWithPrivateKey(key), intermediates, offline: true);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (socketMark is { } mark)
                socket.SetRawSocketOption(SocketLevel, SocketMarkOption, BitConverter.GetBytes(mark));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
