using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.CertificateAuthority.Issuing;
using Hauberk.CertificateAuthority.Journal;
using Hauberk.CertificateAuthority.Signing;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Tests;

/// <summary>A whole authority in a folder of its own.</summary>
internal sealed class TestAuthority : IAsyncDisposable
{
    public static readonly TrustDomain Domain = TrustDomain.Parse("cluster.local");

    public TestAuthority(Func<TestFolder, Signer>? signer = null)
    {
        Signer = signer?.Invoke(Folder) ?? AuthorityFolder.LoadOrCreate(Folder["authority"], Domain, Clock.Now).Value!;
        Journal = IssuanceJournal.Open(Folder["journal.jsonl"]);
        Authority = new Authority(Signer, Journal, Clock);
    }

    public TestFolder Folder { get; } = new();

    public TestClock Clock { get; } = new(TestClock.Start);

    public Signer Signer { get; }

    public IssuanceJournal Journal { get; }

    public Authority Authority { get; }

    public static SpiffeId Web { get; } = SpiffeId.ForServiceAccount(Domain, "shop", "web");

    public static SigningRequest Request(AsymmetricAlgorithm? key = null)
    {
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SigningRequest.TryParsePem(RequestPem(key ?? fresh), out var request, out var problem)
            ? request
            : throw new InvalidOperationException(problem.ToString());
    }

    public static string RequestPem(AsymmetricAlgorithm key, Action<CertificateRequest>? change = null)
    {
        var request = key is RSA rsa
            ? new CertificateRequest("CN=anybody", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=anybody", (ECDsa)key, HashAlgorithmName.SHA256);
        change?.Invoke(request);
        return request.CreateSigningRequestPem();
    }

    /// <summary>Ends writing, then reads what was written.</summary>
    public async Task<IReadOnlyList<IssuanceRecord>> CloseJournalAsync()
    {
        await Journal.DisposeAsync();
        return [.. IssuanceJournal.Read(Folder["journal.jsonl"])];
    }

    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        Signer.Dispose();
        Folder.Dispose();
    }
}
