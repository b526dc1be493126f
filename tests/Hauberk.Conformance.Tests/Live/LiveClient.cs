using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Hauberk.Conformance.Tests.Live;

/// <summary>A program that calls: in the clear, or with TLS of its own making (as a peer's sidecar would, or as an application does).</summary>
internal sealed record LiveClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Null: any.</summary>
    public IPAddress? Source { get; init; }

    public bool SpeaksTls { get; init; }

    /// <summary>Shown where the server asks for one.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    public string? Alpn { get; init; }

    /// <summary>The server name; empty: none is sent.</summary>
    public string Sni { get; init; } = "";

    /// <summary>Sends the payload and waits until the connection is over. What becomes of it is for others to tell.</summary>
    /// <returns>Where the connection came from.</returns>
    public async Task<IPEndPoint> CallAsync(IPEndPoint server, byte[] payload)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(Source ?? IPAddress.Loopback, 0));
        var local = (IPEndPoint)socket.LocalEndPoint!;
        try
        {
            await socket.ConnectAsync(server).WaitAsync(Patience);
            using var network = new NetworkStream(socket);
            await ExchangeAsync(network, payload).WaitAsync(Patience);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            // Refused, which is an answer.
        }
        return local;
    }

    private async Task ExchangeAsync(NetworkStream network, byte[] payload)
    {
        // Whether the server is the right one is not this client's question.
#pragma warning disable CA5359
        await using Stream stream = SpeaksTls ? new SslStream(network, false, (_, _, _, _) => true) : network;
#pragma warning restore CA5359
        if (stream is SslStream tls)
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = Sni,
                ClientCertificateContext = Certificate,
                ApplicationProtocols = Alpn is null ? null : [new SslApplicationProtocol(Alpn)],
            });
        await stream.WriteAsync(payload);
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer) > 0)
        {
        }
    }
}
