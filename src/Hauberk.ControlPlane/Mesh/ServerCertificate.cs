using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hauberk.CertificateAuthority;

namespace Hauberk.ControlPlane.Mesh;

/// <summary>
/// The control plane's own certificate: the one mutable cell, and the task that renews it at half of its life. Connections that were made with an
/// older one go on; new ones get the newest.
/// </summary>
internal sealed partial class ServerCertificate : IAsyncDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);
    private readonly Authority authority;
    private readonly string[] dnsNames;
    private readonly IPAddress[] addresses;
    private readonly TimeProvider clock;
    private readonly ILogger<ServerCertificate> log;
    private readonly CancellationTokenSource stopping = new();
    private volatile SslStreamCertificateContext current;
    private Task renewing = Task.CompletedTask;

    private ServerCertificate(
        Authority authority, IReadOnlyList<string> names, SslStreamCertificateContext first, TimeProvider clock, ILogger<ServerCertificate> log)
    {
        (this.authority, this.clock, this.log) = (authority, clock, log);
        (dnsNames, addresses) = Split(names);
        current = first;
    }

    public SslStreamCertificateContext Current => current;

    public DateTimeOffset NotAfter => current.TargetCertificate.NotAfter;

    /// <param name="names">Host names and IP addresses under which clients call.</param>
    public static async Task<ServerCertificate> StartAsync(
        Authority authority, IReadOnlyList<string> names, TimeProvider clock, ILogger<ServerCertificate> log)
    {
        var (dnsNames, addresses) = Split(names);
        var certificate = new ServerCertificate(authority, names, await IssueAsync(authority, dnsNames, addresses), clock, log);
        certificate.renewing = certificate.RenewAsync();
        return certificate;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await renewing;
        stopping.Dispose();
    }

    private static (string[] DnsNames, IPAddress[] Addresses) Split(IReadOnlyList<string> names) =>
        ([.. names.Where(static n => !IPAddress.TryParse(n, out _))], [.. names.Where(static n => IPAddress.TryParse(n, out _)).Select(IPAddress.Parse)]);

    private async Task RenewAsync()
    {
        try
        {
            while (true)
            {
                var leaf = current.TargetCertificate;
                var halfLife = leaf.NotBefore.ToUniversalTime() + ((leaf.NotAfter - leaf.NotBefore) / 2) - clock.GetUtcNow().UtcDateTime;
                await Task.Delay(halfLife > RetryInterval ? halfLife : RetryInterval, clock, stopping.Token);
                await TryRenewAsync();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The program stops.
        }
    }

    private async Task TryRenewAsync()
    {
        try
        {
            // The old context is left to the finalizer: handshakes may still be using it.
            current = await IssueAsync(authority, dnsNames, addresses);
            LogRenewed(NotAfter);
        }
        catch (Exception e)
        {
            // Whatever it was, the next try may succeed; to give up would end in an expired certificate.
            LogNotRenewed(e, NotAfter);
        }
    }

    private static async Task<SslStreamCertificateContext> IssueAsync(Authority authority, string[] dnsNames, IPAddress[] addresses)
    {
        var issued = await authority.IssueControlPlaneAsync(dnsNames, addresses);
        if (!issued.Succeeded) throw new IOException($"the control plane's own certificate cannot be issued: {issued.Problem}");
        using var identity = issued.Value;
        var above = identity.Certificate.Chain.Skip(1).Select(static der => X509CertificateLoader.LoadCertificate(der.Span)).ToArray();
        // Offline: what to send is what the authority gave, and nothing is looked up.
        return SslStreamCertificateContext.Create(identity.ToX509Certificate(), [.. above], offline: true);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The control plane's certificate was renewed; it is valid until {NotAfter:u}.")]
    private partial void LogRenewed(DateTimeOffset notAfter);

    [LoggerMessage(Level = LogLevel.Error, Message = "The control plane's certificate could not be renewed; it is valid until {NotAfter:u}.")]
    private partial void LogNotRenewed(Exception cause, DateTimeOffset notAfter);
}
