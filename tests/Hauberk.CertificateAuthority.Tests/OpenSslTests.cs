using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Hauberk.CertificateAuthority.Issuing;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Tests;

/// <summary>What another implementation thinks of our certificates.</summary>
public sealed class OpenSslTests : IAsyncDisposable
{
    private readonly TestAuthority test = new();

    public ValueTask DisposeAsync() => test.DisposeAsync();

    [Theory]
    [InlineData("sslserver")]
    [InlineData("sslclient")]
    public async Task Openssl_verifies_what_we_issue_strictly_and_for_each_purpose(string purpose)
    {
        var issued = (await test.Authority.IssueAsync(TestAuthority.Web, TestAuthority.Request(), 0)).Value!;
        var leaf = await Save(issued);
        var answer = await OpenSsl(
            "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-CAfile", test.Folder["root.pem"], "-untrusted", test.Folder["chain.pem"],
            "-purpose", purpose, "-attime", $"{test.Clock.Now.ToUnixTimeSeconds()}", leaf);
        Assert.Equal($"{leaf}: OK\n", answer);
    }

    [Fact]
    public async Task Openssl_reads_the_fields_that_we_meant()
    {
        using var rsa = RSA.Create(2048);
        var issued = (await test.Authority.IssueAsync(TestAuthority.Web, TestAuthority.Request(rsa), 0)).Value!;
        var text = await OpenSsl("x509", "-noout", "-text", "-in", await Save(issued));
        Assert.Matches(@"X509v3 Basic Constraints: critical\s+CA:FALSE", text);
        Assert.Matches(@"X509v3 Key Usage: critical\s+Digital Signature, Key Encipherment\n", text);
        Assert.Matches(@"X509v3 Extended Key Usage: \s+TLS Web Server Authentication, TLS Web Client Authentication\n", text);
        Assert.Matches(@"X509v3 Subject Alternative Name: critical\s+URI:spiffe://cluster.local/ns/shop/sa/web\n", text);
        Assert.Matches(@"X509v3 Subject Key Identifier:", text);
        Assert.Matches(@"X509v3 Authority Key Identifier:", text);
        Assert.Matches(@"Signature Algorithm: ecdsa-with-SHA256", text);
    }

    [Fact]
    public async Task Openssl_finds_the_control_plane_under_its_names()
    {
        using var own = (await test.Authority.IssueControlPlaneAsync(["mesh.example"], [IPAddress.Parse("10.1.2.3")])).Value!;
        var leaf = await Save(own.Certificate);
        Assert.Contains("does match certificate", await OpenSsl("x509", "-noout", "-checkhost", "mesh.example", "-in", leaf), StringComparison.Ordinal);
        Assert.Contains("does match certificate", await OpenSsl("x509", "-noout", "-checkip", "10.1.2.3", "-in", leaf), StringComparison.Ordinal);
        Assert.Contains("does NOT match", await OpenSsl("x509", "-noout", "-checkhost", "other.example", "-in", leaf), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_openssl_made_is_served()
    {
        await OpenSsl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/", "-keyout", test.Folder["key.pem"],
            "-out", test.Folder["request.pem"]);
        var pem = await File.ReadAllTextAsync(test.Folder["request.pem"], TestContext.Current.CancellationToken);
        Assert.True(SigningRequest.TryParsePem(pem, out var request, out var problem), problem?.ToString());
        Assert.True((await test.Authority.IssueAsync(TestAuthority.Web, request, 0)).Succeeded);
    }

    private async Task<string> Save(IssuedCertificate issued)
    {
        await File.WriteAllTextAsync(test.Folder["root.pem"], issued.Bundle.ToPem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(test.Folder["chain.pem"], CertificatePem.Write(issued.Chain.Skip(1)), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(test.Folder["leaf.pem"], CertificatePem.Write(issued.Chain.Take(1)), TestContext.Current.CancellationToken);
        return test.Folder["leaf.pem"];
    }

    private static async Task<string> OpenSsl(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0 || output.Length > 0, await error);
        return output;
    }
}
