using Grpc.Core;
using Hauberk.Api.Enrolment;
using Hauberk.CertificateAuthority;
using Hauberk.CertificateAuthority.Issuing;
using Hauberk.CertificateAuthority.Joining;
using Hauberk.ControlPlane.Mesh;
using Hauberk.ControlPlane.Observability;
using Hauberk.ControlPlane.Registry;
using Hauberk.Identity;

namespace Hauberk.ControlPlane.Enrolment;

/// <summary>
/// Istio's signing service. Who the caller is follows from a join token or from its current certificate, never from what it asks for; the signing
/// request gives the key.
/// </summary>
internal sealed partial class CertificateService(
    Authority authority, JoinTokens tokens, JoinTokenStore tokenStore, MeshRegistry registry, EnrolmentLimiter limiter,
    ControlPlaneMetrics metrics, ILogger<CertificateService> log) : IstioCertificateService.IstioCertificateServiceBase
{
    public override async Task<IstioCertificateResponse> CreateCertificate(IstioCertificateRequest request, ServerCallContext context)
    {
        try
        {
            var issued = await IssueAsync(request, context);
            metrics.CertificatesIssued.Increment();
            LogIssued(issued.Identity, issued.SerialNumber, issued.NotAfter);
            var response = new IstioCertificateResponse();
            response.CertChain.AddRange(issued.Chain.Select(static der => CertificatePem.Write([der])));
            response.CertChain.Add(issued.Bundle.ToPem());
            return response;
        }
        catch (RpcException refusal)
        {
            metrics.EnrolmentsRefused.Increment();
            LogRefused(context.Peer, refusal.Status.StatusCode, refusal.Status.Detail);
            throw;
        }
    }

    private async Task<IssuedCertificate> IssueAsync(IstioCertificateRequest request, ServerCallContext context)
    {
        // Before a token is looked at: a flood is turned away at no cost, and a bad request spends no token.
        var peer = VerifiedPeer.Of(context.GetHttpContext());
        using var admitted = limiter.Admit(peer?.Identity, context.GetHttpContext().Connection.RemoteIpAddress)
            ?? throw Refuse(StatusCode.ResourceExhausted, "too many signing requests; try again later");
        if (!SigningRequest.TryParsePem(request.Csr, out var signingRequest, out var problem)) throw Refuse(problem);
        return BearerToken(context) is { } token
            ? await IssueForTokenAsync(token, signingRequest, request.ValidityDuration, context.CancellationToken)
            : await SignAsync(CallerOf(peer), signingRequest, request.ValidityDuration);
    }

    private async Task<IssuedCertificate> IssueForTokenAsync(
        string token, SigningRequest request, long validitySeconds, CancellationToken cancellation)
    {
        var redeemed = await tokens.RedeemAsync(token, cancellation);
        if (!redeemed.Succeeded) throw Refuse(redeemed.Problem);
        var record = redeemed.Value;
        try
        {
            if (!IsRegistered(record)) throw Refuse(StatusCode.PermissionDenied, $"there is no WorkloadEntry {record.WorkloadName} with the token's service account");
            return await SignAsync(record.Identity, request, validitySeconds);
        }
        catch (Exception e)
        {
            // Nothing was handed out, so the token is still owed its one certificate. After a crash in between it stays spent: better a second
            // token than a second certificate.
            await tokenStore.TryRestoreAsync(record.Id, record.UsedAt!.Value, CancellationToken.None);
            if (e is IOException) throw Refuse(StatusCode.Unavailable, "the certificate could not be issued; try again");
            throw;
        }
    }

    private async Task<IssuedCertificate> SignAsync(SpiffeId caller, SigningRequest request, long validitySeconds)
    {
        var issued = await authority.IssueAsync(caller, request, validitySeconds);
        return issued.Succeeded ? issued.Value : throw Refuse(issued.Problem);
    }

    /// <summary>A certificate is renewed only while the operator still knows a workload of that identity.</summary>
    private SpiffeId CallerOf(VerifiedPeer? peer)
    {
        if (peer is null) throw Refuse(StatusCode.Unauthenticated, "neither a join token nor a certificate was presented");
        var isKnown = registry.Current.Namespaces.TryGetValue(peer.Identity.Namespace ?? "", out var @namespace)
            && peer.Identity.TrustDomain == authority.Bundle.TrustDomain
            && @namespace.Workloads.Values.Any(w => w.Endpoint.ServiceAccount == peer.Identity.ServiceAccount);
        return isKnown ? peer.Identity : throw Refuse(StatusCode.PermissionDenied, $"no WorkloadEntry has the identity {peer.Identity}");
    }

    private bool IsRegistered(JoinTokenRecord record) =>
        record.WorkloadName is null
        || registry.Current.FindWorkload($"{record.Identity.Namespace}/{record.WorkloadName}")?.Endpoint.ServiceAccount == record.Identity.ServiceAccount;

    private static string? BearerToken(ServerCallContext context)
    {
        const string Scheme = "Bearer ";
        var header = context.RequestHeaders.GetValue("authorization");
        if (header is null) return null;
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..]
            : throw Refuse(StatusCode.Unauthenticated, "the authorization header holds no bearer token");
    }

    private static RpcException Refuse(AuthorityProblem problem) => Refuse(
        problem.Code switch
        {
            AuthorityProblemCode.InvalidSigningRequest or AuthorityProblemCode.UnacceptableKey or AuthorityProblemCode.ValidityTooLong => StatusCode.InvalidArgument,
            AuthorityProblemCode.TokenNotAccepted or AuthorityProblemCode.TokenExpired or AuthorityProblemCode.TokenUsed => StatusCode.Unauthenticated,
            AuthorityProblemCode.ReservedIdentity or AuthorityProblemCode.ForeignIdentity => StatusCode.PermissionDenied,
            AuthorityProblemCode.SignerNotValid => StatusCode.FailedPrecondition,
            _ => StatusCode.Internal,
        },
        problem.Message);

    private static RpcException Refuse(StatusCode code, string message) => new(new Status(code, message));

    [LoggerMessage(Level = LogLevel.Information, Message = "Issued a certificate to {Identity}, serial {Serial}, valid until {NotAfter:u}.")]
    private partial void LogIssued(SpiffeId identity, string serial, DateTimeOffset notAfter);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a signing request from {Peer}: {Code}: {Reason}")]
    private partial void LogRefused(string peer, StatusCode code, string reason);
}
