using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Hauberk.Api.Enrolment;
using Hauberk.Identity;

namespace Hauberk.Sidecar.Identity;

/// <summary>Asks the control plane for a certificate over a key that is made here and never leaves. Who the caller is decides the name in it.</summary>
internal sealed class EnrolmentClient(JoinFile join, SpiffeId identity, ControlPlaneTls tls, Func<TrustBundleSet> trust, TimeProvider time)
    : IEnrolment
{
    private const int MaxMessageBytes = 256 * 1024;

    // The chain, then every root of the bundle.
    private const int MaxCertificates = PeerVerifier.MaxChainLength + TrustBundle.MaxRoots;

    public async Task<EnrolmentResult> RequestAsync(WorkloadCertificate? current, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            var response = await CallAsync(key, current, cancellationToken);
            return Read(response, key);
        }
        catch (RpcException e)
        {
            return EnrolmentResult.Refused(tls.LastProblem ?? $"{e.StatusCode}: {IdentityProblem.Show(e.Status.Detail)}") with
            {
                IsTokenSpent = current is null && e.StatusCode == StatusCode.Unauthenticated,
            };
        }
        catch (OperationCanceledException)
        {
            return EnrolmentResult.Refused("the control plane did not answer in time");
        }
    }

    private async Task<IstioCertificateResponse> CallAsync(ECDsa key, WorkloadCertificate? current, CancellationToken cancellationToken)
    {
        // A channel for each request: it happens twice a day, and the certificate it proves itself with is another each time.
        using var channel = GrpcChannel.ForAddress(join.ControlPlaneUri, new GrpcChannelOptions
        {
            HttpHandler = tls.CreateHandler(current),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxMessageBytes,
        });
        var headers = new Metadata();
        if (current is null)
            headers.Add("authorization", $"Bearer {join.Token}");
        var request = new IstioCertificateRequest
        {
            Csr = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256).CreateSigningRequestPem(),
        };
        return await new IstioCertificateService.IstioCertificateServiceClient(channel)
            .CreateCertificateAsync(request, headers, cancellationToken: cancellationToken);
    }

    private EnrolmentResult Read(IstioCertificateResponse response, ECDsa key)
    {
        if (!CertificatePem.TryRead(string.Concat(response.CertChain), MaxCertificates, out var chain, out var pemProblem))
            return EnrolmentResult.Refused(pemProblem.Message);
        return WorkloadCertificate.TryCreate(chain, key, identity, trust(), time.GetUtcNow(), out var certificate, out var problem)
            ? new EnrolmentResult(certificate, null)
            : EnrolmentResult.Refused($"what was issued cannot be used: {problem}");
    }
}
