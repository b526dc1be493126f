using System.Security.Cryptography;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;

namespace Hauberk.CertificateAuthority.Tests;

/// <summary>A folder as an operator of Istio would plug in: an intermediate below an intermediate below a root.</summary>
internal sealed class CacertsFolder
{
    public CacertsFolder(string path, Func<CertificateRecipe, CertificateRecipe>? change = null)
    {
        Path = path;
        Directory.CreateDirectory(path);
        var now = TestClock.Start;
        Root = CertificateRecipe.Authority("O=Example, CN=root", now).SelfSigned();
        Middle = CertificateRecipe.Authority("O=Example, CN=middle", now).SignedBy(Root);
        var recipe = CertificateRecipe.Authority("O=Example, CN=mesh", now) with { PathLength = 0 };
        Signing = (change?.Invoke(recipe) ?? recipe).SignedBy(Middle);
        Write("ca-cert.pem", Pem(Signing));
        Write("cert-chain.pem", Pem(Signing, Middle, Root));
        Write("root-cert.pem", Pem(Root));
        Write("ca-key.pem", Signing.KeyPem);
        File.SetUnixFileMode(this["ca-key.pem"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public string Path { get; }

    public TestCertificate Root { get; }

    public TestCertificate Middle { get; }

    public TestCertificate Signing { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Write(string name, string contents) => File.WriteAllText(this[name], contents);

    public static string Pem(params TestCertificate[] certificates) => CertificatePem.Write(certificates.Select(static c => c.Der));

    public static string Pem(string label, byte[] der) => PemEncoding.WriteString(label, der) + "\n";
}
