using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Api.Enrolment;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hauberk.Sidecar.Tests.ControlPlane;

/// <summary>The three services that a sidecar calls, over real sockets and TLS, with nothing behind them but what a test puts there.</summary>
internal sealed class TestControlPlane : IAsyncDisposable
{
    public const string Token = "hbk1.test.token";
    public const string Workload = "shop/web-1";

    private readonly TestMesh mesh;
    private readonly X509Certificate2 certificate;
    private readonly X509Certificate2Collection intermediates;
    private WebApplication? app;

    private TestControlPlane(TestMesh mesh, TestCertificate server, TestCertificate intermediate)
    {
        this.mesh = mesh;
        using var bare = X509CertificateLoader.LoadCertificate(server.Der.Span);
        certificate = bare.CopyWithPrivateKey((ECDsa)server.Key);
        intermediates = [X509CertificateLoader.LoadCertificate(intermediate.Der.Span)];
        Enrolment = new TestEnrolment(mesh);
    }

    public TestEnrolment Enrolment { get; }

    public TestDistribution Distribution { get; } = new();

    public TestLedger Ledger { get; } = new();

    public int Port { get; private set; }

    /// <summary>The serial numbers of the client certificates of the connections so far, in their order; null: none was presented.</summary>
    public List<string?> Clients { get; } = [];

    public JoinFile JoinFile => new()
    {
        ControlPlane = $"127.0.0.1:{Port}",
        TrustDomain = TestMesh.TrustDomainName,
        Workload = Workload,
        ServiceAccount = "web",
        Token = Token,
        TrustBundle = TestMesh.Bundle(TestMesh.TrustDomainName, mesh.Root).ToPem(),
    };

    /// <param name="identity">What the server proves; null: what it should.</param>
    /// <param name="intermediate">Who signs for it; null: the mesh.</param>
    public static async Task<TestControlPlane> StartAsync(TestMesh mesh, string? identity = null, TestCertificate? intermediate = null)
    {
        var signer = intermediate ?? mesh.Intermediate;
        var server = mesh.Leaf(identity ?? SpiffeId.ControlPlane(TrustDomain.Parse(TestMesh.TrustDomainName)).ToString()).SignedBy(signer);
        var controlPlane = new TestControlPlane(mesh, server, signer);
        await controlPlane.ListenAsync();
        return controlPlane;
    }

    /// <summary>Cuts every connection and listens no more.</summary>
    public async Task StopAsync()
    {
        if (app is null)
            return;
        Distribution.CutAll();
        await app.DisposeAsync();
        app = null;
    }

    /// <summary>At the same port as before.</summary>
    public async Task ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(Enrolment);
        builder.Services.AddSingleton(Distribution);
        builder.Services.AddSingleton(Ledger);
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(static o => o.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port, Configure));
        app = builder.Build();
        app.MapGrpcService<TestEnrolment.Service>();
        app.MapGrpcService<TestDistribution.Service>();
        app.MapGrpcService<TestLedger.Service>();
        await app.StartAsync();
        Port = new Uri(app.Urls.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        certificate.Dispose();
    }

    private void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http2;
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(TlsOptions()) });
    }

    private SslServerAuthenticationOptions TlsOptions() => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, intermediates, offline: true),
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificateRequired = true,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, client, chain, _) => Accept(client, chain),
    };

    private bool Accept(X509Certificate? client, X509Chain? chain)
    {
        lock (Clients)
            Clients.Add(client?.GetSerialNumberString());
        if (client is null)
            return true;
        ReadOnlyMemory<byte> leaf = client.GetRawCertData();
        var presented = chain!.ChainPolicy.ExtraStore.Select(static c => (ReadOnlyMemory<byte>)c.RawData).Where(der => !der.Span.SequenceEqual(leaf.Span));
        return PeerVerifier.Verify([leaf, .. presented], mesh.Bundles, PeerRole.Client, TimeProvider.System.GetUtcNow()).IsAccepted;
    }
}
