using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tls;
using Hauberk.Net.Tunnel;

namespace Hauberk.Net.Tests.Tunnel;

/// <summary>An HTTP/2 that others wrote: its preface, settings, windows, and headers with Huffman and indexing.</summary>
public sealed class ForeignClientTests : TunnelTest
{
    [Fact]
    public async Task An_ordinary_HTTP_2_client_gets_a_proper_answer_every_time()
    {
        int tunnels = 0;
        TlsContext context = Own(Authority.Context(TlsRole.Server, "server", "h2"));
        ListenerSocket listener = await ListenAsync(async connection =>
        {
            TlsHandshakeResult secured = await TlsHandshake.AcceptAsync(connection, context, Deadline.After(PatienceMs));
            Interlocked.Increment(ref tunnels);
            await TunnelConnection.Accept(secured.Channel!, TunnelOptions.Default, Hold).Completion;
        });
        using HttpClient client = CreateClient();
        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"https://{listener.LocalEndPoint}/{i}"), TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.BadRequest, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        }
        Assert.Equal(1, tunnels);
    }

    private HttpClient CreateClient()
    {
        (string certificate, string key) = Authority.IssuePem("foreign");
        // Kept in memory as PKCS#12: a certificate from PEM has a key that SslStream cannot send on every platform.
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        X509Certificate2 own = Own(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null));
        using var root = X509Certificate2.CreateFromPem(Authority.RootPem);
        byte[] rootKey = root.GetPublicKey();
        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [own],
                RemoteCertificateValidationCallback = (_, _, chain, _) => chain!.ChainElements[^1].Certificate.GetPublicKey().AsSpan().SequenceEqual(rootKey),
            },
        })
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }
}
