using System.Security.Cryptography;
using System.Text;
using Hauberk.CertificateAuthority.Issuing;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Joining;

/// <summary>
/// One-time tokens with which a new machine joins: bound to an identity, hashed at rest, expiring, redeemed once even if many try at once.
/// </summary>
public sealed class JoinTokens(IJoinTokenStore store, TimeProvider time)
{
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(30);

    /// <summary>Kubernetes' bound on the name of an object, in characters.</summary>
    private const int MaxNameLength = 253;

    /// <summary>Makes a token. It can be shown this once; the store keeps its hash only.</summary>
    public async Task<Outcome<JoinToken>> MintAsync(JoinTokenRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Check(request, out var identity) is { } problem)
            return Outcome<JoinToken>.Refused(problem);
        var token = JoinToken.Random();
        var record = new JoinTokenRecord(token.Id, token.SecretSha256, identity!, request.WorkloadName, time.GetUtcNow() + request.Lifetime, null);
        return await store.TryAddAsync(record, cancellation)
            ? Outcome<JoinToken>.Of(token)
            : throw new InvalidOperationException($"the token id {token.Id} was drawn before: the random source is broken");
    }

    /// <summary>
    /// Redeems a token: the record says who the bearer is now. The token is spent whatever happens next, so check what else the bearer sent
    /// (its signing request) before.
    /// </summary>
    public async Task<Outcome<JoinTokenRecord>> RedeemAsync(string? text, CancellationToken cancellation)
    {
        if (!JoinToken.TryParse(text, out var token) || await store.FindAsync(token.Id, cancellation) is not { } record || !Matches(token, record))
            return Refuse(AuthorityProblemCode.TokenNotAccepted, "there is no such join token");
        var now = time.GetUtcNow();
        // Minting refuses these; a record that got into the store another way must not be a way in.
        if (ReservedNames.IsReserved(record.Identity))
            return Refuse(AuthorityProblemCode.ReservedIdentity, $"the join token {token.Id} is for {record.Identity}, which belongs to the mesh itself");
        if (record.UsedAt is not null)
            return Used(token);
        if (now >= record.ExpiresAt)
            return Refuse(AuthorityProblemCode.TokenExpired, $"the join token {token.Id} expired at {record.ExpiresAt:u}");
        return await store.TryMarkUsedAsync(token.Id, now, cancellation)
            ? Outcome<JoinTokenRecord>.Of(record with { UsedAt = now })
            : Used(token);
    }

    private static AuthorityProblem? Check(JoinTokenRequest request, out SpiffeId? identity)
    {
        if (!SpiffeId.TryForServiceAccount(request.TrustDomain, request.Namespace, request.ServiceAccount, out identity, out var problem))
            return new(AuthorityProblemCode.InvalidTokenRequest, problem.Message);
        if (ReservedNames.IsReserved(identity))
            return new(AuthorityProblemCode.ReservedIdentity, $"{identity} belongs to the mesh itself and is never issued on request");
        if (new[] { request.Namespace, request.ServiceAccount, request.WorkloadName ?? "-" }.FirstOrDefault(IsBadName) is { } bad)
            return new(AuthorityProblemCode.InvalidTokenRequest, $"{IdentityProblem.Show(bad)} is not a name of 1 to {MaxNameLength} characters");
        if (request.Lifetime <= TimeSpan.Zero || request.Lifetime > MaxLifetime)
            return new(AuthorityProblemCode.InvalidTokenRequest, $"a lifetime of {request.Lifetime} is not between 0 and {MaxLifetime}");
        return null;
    }

    private static bool IsBadName(string name) =>
        name.Length is 0 or > MaxNameLength || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');

    private static bool Matches(JoinToken token, JoinTokenRecord record) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(token.SecretSha256), Encoding.ASCII.GetBytes(record.SecretSha256));

    private static Outcome<JoinTokenRecord> Used(JoinToken token) => Refuse(AuthorityProblemCode.TokenUsed, $"the join token {token.Id} was used before");

    private static Outcome<JoinTokenRecord> Refuse(AuthorityProblemCode code, string message) => Outcome<JoinTokenRecord>.Refused(code, message);
}
