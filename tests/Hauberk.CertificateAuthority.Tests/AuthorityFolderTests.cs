using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.CertificateAuthority.Signing;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;

namespace Hauberk.CertificateAuthority.Tests;

public sealed class AuthorityFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string[] Made = ["ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem", "root-key.pem"];
    private static readonly DateTimeOffset Now = TestClock.Start;

    private readonly TestFolder folder = new();

    private string Place => folder["authority"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_first_start_makes_an_authority_that_only_its_owner_can_read()
    {
        using var signer = LoadOrCreate();
        Assert.Equal(Made, Directory.GetFiles(Place).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(Place), static file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Place));
        Assert.Empty(signer.Warnings);
        Assert.Single(signer.Intermediates);
        Assert.Equal(Now.AddDays(730), signer.NotAfter);
        Assert.Equal([Place], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_it_makes_is_an_authority_by_the_book()
    {
        LoadOrCreate().Dispose();
        using var root = X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(Place, "root-cert.pem")));
        using var signing = X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(Place, "ca-cert.pem")));
        Assert.Equal((1, 0), (PathLength(root), PathLength(signing)));
        Assert.Equal(Now.AddMinutes(-2), root.NotBefore.ToUniversalTime());
        Assert.Equal(Now.AddDays(3653), root.NotAfter.ToUniversalTime());
        Assert.NotEqual(root.PublicKey.EncodedKeyValue.RawData, signing.PublicKey.EncodedKeyValue.RawData);
    }

    [Fact]
    public void The_next_start_reads_the_same_authority()
    {
        using var first = LoadOrCreate();
        using var second = LoadOrCreate();
        Assert.Equal(TrustBundleSet.Of(first.Bundle).Version, TrustBundleSet.Of(second.Bundle).Version);
        Assert.Equal(first.Intermediates[0].ToArray(), second.Intermediates[0].ToArray());
    }

    [Fact]
    public void An_empty_folder_counts_as_a_first_start()
    {
        Directory.CreateDirectory(Place);
        LoadOrCreate().Dispose();
    }

    [Fact]
    public void A_crash_at_any_step_of_the_first_start_leaves_nothing_that_the_next_would_use()
    {
        using var donor = new TestFolder();
        AuthorityFolder.LoadOrCreate(donor["authority"], TestAuthority.Domain, Now).Value!.Dispose();
        // Files are written one after the other: after each step so many are whole and one may be cut short.
        for (var whole = 0; whole <= Made.Length; whole++)
        {
            if (Directory.Exists(Place))
                Directory.Delete(Place, recursive: true);
            var making = Directory.CreateDirectory(Place + ".making").FullName;
            foreach (var name in Made.Take(whole))
                File.Copy(Path.Combine(donor["authority"], name), Path.Combine(making, name));
            if (whole < Made.Length)
                File.WriteAllText(Path.Combine(making, Made[whole]), "-----BEGIN");
            using var signer = LoadOrCreate();
            Assert.False(Directory.Exists(making));
            Assert.Equal(Made, Directory.GetFiles(Place).Select(Path.GetFileName).Order());
        }
    }

    [Fact]
    public void A_folder_with_anything_in_it_is_never_replaced()
    {
        LoadOrCreate().Dispose();
        var key = File.ReadAllText(Path.Combine(Place, "ca-key.pem"));
        File.Delete(Path.Combine(Place, "ca-cert.pem"));
        var outcome = AuthorityFolder.LoadOrCreate(Place, TestAuthority.Domain, Now);
        Assert.Contains("ca-cert.pem", outcome.Problem?.Message, StringComparison.Ordinal);
        Assert.Equal(key, File.ReadAllText(Path.Combine(Place, "ca-key.pem")));
    }

    public static TheoryData<string> KeyForms => ["EC PKCS#8", "EC SEC1", "EC SEC1 with parameters", "P-384 PKCS#8", "RSA PKCS#8", "RSA PKCS#1"];

    [Theory]
    [MemberData(nameof(KeyForms))]
    public async Task A_cacerts_folder_issues_with_every_form_of_key(string form)
    {
        await using var test = new TestAuthority(own =>
        {
            var cacerts = new CacertsFolder(own["cacerts"], recipe => recipe with { Key = Key(form) });
            cacerts.Write("ca-key.pem", KeyPem(form, cacerts.Signing.Key));
            var outcome = AuthorityFolder.Load(cacerts.Path, TestAuthority.Domain, Now);
            Assert.True(outcome.Succeeded, outcome.Problem?.ToString());
            return outcome.Value;
        });
        Assert.Equal(2, test.Signer.Intermediates.Count);
        var issued = await test.Authority.IssueAsync(TestAuthority.Web, TestAuthority.Request(), 0);
        Assert.Equal(3, issued.Value?.Chain.Count);
    }

    [Fact]
    public async Task A_root_that_issues_by_itself_is_not_sent_along()
    {
        await using var test = new TestAuthority(own =>
        {
            var cacerts = new CacertsFolder(own["cacerts"]);
            cacerts.Write("ca-cert.pem", CacertsFolder.Pem(cacerts.Root));
            cacerts.Write("cert-chain.pem", CacertsFolder.Pem(cacerts.Root));
            cacerts.Write("ca-key.pem", cacerts.Root.KeyPem);
            return AuthorityFolder.Load(cacerts.Path, TestAuthority.Domain, Now).Value!;
        });
        var issued = await test.Authority.IssueAsync(TestAuthority.Web, TestAuthority.Request(), 0);
        Assert.Single(issued.Value!.Chain);
    }

    [Fact]
    public void Of_a_key_that_others_can_read_the_operator_is_warned()
    {
        var cacerts = new CacertsFolder(Place);
        File.SetUnixFileMode(cacerts["ca-key.pem"], OwnerOnly | UnixFileMode.GroupRead);
        using var signer = LoadOrCreate();
        Assert.Contains(cacerts["ca-key.pem"], Assert.Single(signer.Warnings), StringComparison.Ordinal);
    }

    public static TheoryData<string, AuthorityProblemCode, string> Mistakes => new()
    {
        { "no ca-cert", AuthorityProblemCode.InvalidFile, "ca-cert.pem" },
        { "no ca-key", AuthorityProblemCode.InvalidFile, "ca-key.pem" },
        { "no root-cert", AuthorityProblemCode.InvalidFile, "root-cert.pem" },
        { "no cert-chain", AuthorityProblemCode.InvalidFile, "cert-chain.pem" },
        { "another key", AuthorityProblemCode.KeyDoesNotMatch, "ca-key.pem" },
        { "a key of another kind", AuthorityProblemCode.InvalidFile, "ca-key.pem" },
        { "an encrypted key", AuthorityProblemCode.InvalidFile, "ca-key.pem" },
        { "a key that is none", AuthorityProblemCode.InvalidFile, "ca-key.pem" },
        { "a key too long", AuthorityProblemCode.InvalidFile, "ca-key.pem" },
        { "a key in the certificate's file", AuthorityProblemCode.InvalidFile, "ca-cert.pem" },
        { "two signing certificates", AuthorityProblemCode.InvalidFile, "ca-cert.pem" },
        { "a root that is none", AuthorityProblemCode.InvalidFile, "root-cert.pem" },
        { "a root file too long", AuthorityProblemCode.InvalidFile, "root-cert.pem" },
        { "another root", AuthorityProblemCode.InvalidAuthority, "ca-cert.pem" },
        { "a link missing from the chain", AuthorityProblemCode.InvalidAuthority, "ca-cert.pem" },
        { "a signing certificate that is no authority", AuthorityProblemCode.InvalidAuthority, "ca-cert.pem" },
        { "a signing certificate without keyCertSign", AuthorityProblemCode.InvalidAuthority, "ca-cert.pem" },
        { "a signing certificate that expired", AuthorityProblemCode.InvalidAuthority, "ca-cert.pem" },
        { "a signing certificate of tomorrow", AuthorityProblemCode.InvalidAuthority, "ca-cert.pem" },
        { "a weak signing certificate", AuthorityProblemCode.InvalidAuthority, "ca-cert.pem" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Each_mistake_in_a_cacerts_folder_is_refused_and_the_file_named(string mistake, AuthorityProblemCode code, string file)
    {
        var cacerts = new CacertsFolder(Place, recipe => Wrong(recipe, mistake));
        Damage(cacerts, mistake);
        var outcome = AuthorityFolder.Load(Place, TestAuthority.Domain, Now);
        Assert.Equal(code, outcome.Problem?.Code);
        Assert.Contains(cacerts[file], outcome.Problem?.Message, StringComparison.Ordinal);
    }

    private static CertificateRecipe Wrong(CertificateRecipe recipe, string mistake) => mistake switch
    {
        "a signing certificate that is no authority" => recipe with { IsAuthority = false, PathLength = null },
        "a signing certificate without keyCertSign" => recipe with { KeyUsage = X509KeyUsageFlags.DigitalSignature },
        "a signing certificate that expired" => recipe with { NotAfter = Now.AddSeconds(-1) },
        "a signing certificate of tomorrow" => recipe with { NotBefore = Now.AddDays(1) },
        "a weak signing certificate" => recipe with { Key = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10")) },
        _ => recipe,
    };

    private static void Damage(CacertsFolder cacerts, string mistake)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        switch (mistake)
        {
            case ['n', 'o', ' ', .. var name]:
                File.Delete(cacerts[name + ".pem"]);
                break;
            case "another key":
                cacerts.Write("ca-key.pem", other.ExportPkcs8PrivateKeyPem());
                break;
            case "a key of another kind":
                cacerts.Write("ca-key.pem", KeyPem("RSA PKCS#1", Key("RSA PKCS#1")));
                break;
            case "an encrypted key":
                var protection = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 100_000);
                cacerts.Write("ca-key.pem", cacerts.Signing.Key.ExportEncryptedPkcs8PrivateKeyPem("secret", protection));
                break;
            case "a key that is none":
                cacerts.Write("ca-key.pem", CacertsFolder.Pem("PRIVATE KEY", [1, 2, 3]));
                break;
            case "a key too long":
                cacerts.Write("ca-key.pem", cacerts.Signing.KeyPem + new string('\n', 64 * 1024));
                break;
            case "a key in the certificate's file":
                cacerts.Write("ca-cert.pem", cacerts.Signing.KeyPem);
                break;
            case "two signing certificates":
                cacerts.Write("ca-cert.pem", CacertsFolder.Pem(cacerts.Signing, cacerts.Middle));
                break;
            case "a root that is none":
                cacerts.Write("root-cert.pem", CacertsFolder.Pem(cacerts.Middle));
                break;
            case "a root file too long":
                cacerts.Write("root-cert.pem", CacertsFolder.Pem(cacerts.Root) + new string('\n', CertificatePem.MaxLength));
                break;
            case "another root":
                cacerts.Write("root-cert.pem", CacertsFolder.Pem(CertificateRecipe.Authority("O=Example, CN=root", Now).SelfSigned()));
                break;
            case "a link missing from the chain":
                cacerts.Write("cert-chain.pem", CacertsFolder.Pem(cacerts.Signing, cacerts.Root));
                break;
        }
    }

    private static AsymmetricAlgorithm Key(string form) => form switch
    {
        ['R', 'S', 'A', ..] => RSA.Create(2048),
        ['P', '-', '3', ..] => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        _ => ECDsa.Create(ECCurve.NamedCurves.nistP256),
    };

    private static string KeyPem(string form, AsymmetricAlgorithm key) => form switch
    {
        "EC SEC1" => ((ECDsa)key).ExportECPrivateKeyPem(),
        // What `openssl ecparam -genkey` writes: the curve first, in a block of its own.
        "EC SEC1 with parameters" =>
            CacertsFolder.Pem("EC PARAMETERS", Convert.FromHexString("06082A8648CE3D030107")) + ((ECDsa)key).ExportECPrivateKeyPem(),
        "RSA PKCS#1" => ((RSA)key).ExportRSAPrivateKeyPem(),
        _ => key.ExportPkcs8PrivateKeyPem(),
    };

    private static int PathLength(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().PathLengthConstraint;

    private Signer LoadOrCreate()
    {
        var outcome = AuthorityFolder.LoadOrCreate(Place, TestAuthority.Domain, Now);
        Assert.True(outcome.Succeeded, outcome.Problem?.ToString());
        return outcome.Value;
    }
}
