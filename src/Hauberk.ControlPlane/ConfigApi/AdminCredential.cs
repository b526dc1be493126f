using System.Security.Cryptography;
using System.Text;
using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>The one operator that a new control plane knows. Only a hash of the token is kept; the token itself is in the operator's file.</summary>
internal sealed class AdminCredential(IResourceStore store)
{
    private static readonly ResourceKey Key = new(InternalKinds.Group, "credentials", "", "admin");

    public bool Exists => store.Current.Get(Key) is not null;

    /// <summary>Makes a new token; one made earlier is good no longer.</summary>
    public async Task<string> RenewAsync(CancellationToken cancellation)
    {
        var token = "hbka1." + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var hash = Encoding.ASCII.GetBytes($"{{\"sha256\":\"{Convert.ToHexStringLower(Hash(token))}\"}}");
        var result = await store.WriteAsync(Key, hash, null, cancellation);
        return result.IsDone ? token : throw new StoreUnavailableException($"the admin credential could not be stored: {result.Outcome}");
    }

    public bool IsValid(string token)
    {
        if (store.Current.Get(Key) is not { } stored) return false;
        using var document = System.Text.Json.JsonDocument.Parse(stored.Json);
        var expected = Convert.FromHexString(document.RootElement.GetProperty("sha256").GetString()!);
        return CryptographicOperations.FixedTimeEquals(expected, Hash(token));
    }

    // The token has 256 random bits, so one plain hash is enough: there is nothing to guess.
    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
