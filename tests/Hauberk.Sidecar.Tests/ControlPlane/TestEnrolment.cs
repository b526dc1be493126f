using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Hauberk.Api.Enrolment;
using Hauberk.Identity.Tests.Corpus;

namespace Hauberk.Sidecar.Tests.ControlPlane;

/// <summary>Signs whatever it is asked to, as the test says.</summary>
internal sealed class TestEnrolment(TestMesh mesh)
{
    /// <summary>How each caller proved itself: "token …" or "certificate".</summary>
    public List<string> Callers { get; } = [];

    public string IssuedIdentity { get; set; } = TestMesh.WebId;

    public bool SignsAnotherKey { get; set; }

    public StatusCode Refusal { get; set; }

    private IstioCertificateResponse Issue(IstioCertificateRequest request, ServerCallContext context)
    {
        lock (Callers)
            Callers.Add(context.RequestHeaders.GetValue("authorization") is { } bearer ? $"token {bearer}" : "certificate");
        if (Refusal != StatusCode.OK)
            throw new RpcException(new Status(Refusal, "refused by the test"));
        var asked = CertificateRequest.LoadSigningRequestPem(request.Csr, HashAlgorithmName.SHA256);
        AsymmetricAlgorithm key = SignsAnotherKey ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : asked.PublicKey.GetECDsaPublicKey()!;
        var leaf = (mesh.Leaf(IssuedIdentity) with { Key = key }).SignedBy(mesh.Intermediate);
        var response = new IstioCertificateResponse();
        foreach (var certificate in new[] { leaf, mesh.Intermediate, mesh.Root })
            response.CertChain.Add(PemEncoding.WriteString("CERTIFICATE", certificate.Der.Span) + "\n");
        return response;
    }

    internal sealed class Service(TestEnrolment enrolment) : IstioCertificateService.IstioCertificateServiceBase
    {
        public override Task<IstioCertificateResponse> CreateCertificate(IstioCertificateRequest request, ServerCallContext context) =>
            Task.FromResult(enrolment.Issue(request, context));
    }
}
