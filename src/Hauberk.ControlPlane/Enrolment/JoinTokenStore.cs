using System.Text.Json;
using System.Text.Json.Serialization;
using Hauberk.CertificateAuthority.Joining;
using Hauberk.ControlPlane.Store;
using Hauberk.Identity;

namespace Hauberk.ControlPlane.Enrolment;

/// <summary>Join tokens, hashed, in the control plane's own store: a token is spent by one conditional write.</summary>
internal sealed partial class JoinTokenStore(IResourceStore store, TimeProvider clock) : IJoinTokenStore
{
    private const int MaxTokens = 100_000;
    private static readonly GroupResource Tokens = new(InternalKinds.Group, "jointokens");

    public async Task<bool> TryAddAsync(JoinTokenRecord record, CancellationToken cancellation)
    {
        await ForgetExpiredAsync(cancellation);
        if (store.Current.List(Tokens).Count() >= MaxTokens) throw new StoreUnavailableException($"there are {MaxTokens} join tokens that have not expired");
        var result = await store.WriteAsync(Key(record.Id), Write(record), 0, cancellation);
        return result.Outcome switch
        {
            WriteOutcome.Done => true,
            WriteOutcome.Conflict => false,
            var other => throw new StoreUnavailableException($"the join token could not be stored: {other}"),
        };
    }

    public Task<JoinTokenRecord?> FindAsync(string id, CancellationToken cancellation) =>
        Task.FromResult(store.Current.Get(Key(id)) is { } stored ? Read(stored) : null);

    public Task<bool> TryMarkUsedAsync(string id, DateTimeOffset usedAt, CancellationToken cancellation) =>
        TryChangeAsync(id, record => record.UsedAt is null ? record with { UsedAt = usedAt } : null, cancellation);

    /// <summary>Makes a token good again that was spent on a certificate which was then not issued.</summary>
    public Task<bool> TryRestoreAsync(string id, DateTimeOffset usedAt, CancellationToken cancellation) =>
        TryChangeAsync(id, record => record.UsedAt == usedAt ? record with { UsedAt = null } : null, cancellation);

    private async Task<bool> TryChangeAsync(string id, Func<JoinTokenRecord, JoinTokenRecord?> change, CancellationToken cancellation)
    {
        while (store.Current.Get(Key(id)) is { } stored && change(Read(stored)) is { } changed)
        {
            var result = await store.WriteAsync(Key(id), Write(changed), stored.Revision, cancellation);
            if (result.IsDone) return true;
            if (result.Outcome != WriteOutcome.Conflict) return false;
        }
        return false;
    }

    private async Task ForgetExpiredAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        foreach (var stored in store.Current.List(Tokens).Where(t => Read(t).ExpiresAt <= now).ToList())
            await store.DeleteAsync(stored.Key, stored.Revision, cancellation);
    }

    private static ResourceKey Key(string id) => Tokens.Key("", id);

    private static byte[] Write(JoinTokenRecord record) => JsonSerializer.SerializeToUtf8Bytes(
        new StoredToken(record.Id, record.SecretSha256, record.Identity.ToString(), record.WorkloadName, record.ExpiresAt, record.UsedAt),
        StoredTokenJson.Default.StoredToken);

    private static JoinTokenRecord Read(StoredResource stored)
    {
        var token = JsonSerializer.Deserialize(stored.Json.Span, StoredTokenJson.Default.StoredToken)
            ?? throw new InvalidDataException($"what is stored as {stored.Key} cannot be read");
        return new(token.Id, token.SecretSha256, SpiffeId.Parse(token.Identity), token.WorkloadName, token.ExpiresAt, token.UsedAt);
    }

    internal sealed record StoredToken(
        string Id, string SecretSha256, string Identity, string? WorkloadName, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt);

    [JsonSerializable(typeof(StoredToken))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    internal sealed partial class StoredTokenJson : JsonSerializerContext;
}
