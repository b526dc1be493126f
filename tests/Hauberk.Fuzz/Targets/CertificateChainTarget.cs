using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hauberk.Identity;

namespace Hauberk.Fuzz.Targets;

/// <summary>
/// The verifier, fed with a chain that nobody signed for the roots it knows: DER certificates, each after its length in two bytes, or PEM text.
/// Nothing it is shown may be accepted.
/// </summary>
internal sealed class CertificateChainTarget : IFuzzTarget
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TrustBundleSet bundles = TrustBundleSet.Of(UnusedRoot());

    public string Name => "certificate-chain";

    public void Fuzz(ReadOnlySpan<byte> input)
    {
        var chain = CertificatePem.TryRead(Encoding.Latin1.GetString(input), PeerVerifier.MaxChainLength, out var pem, out _) ? pem : Split(input);
        foreach (var role in Enum.GetValues<PeerRole>())
        {
            var verification = PeerVerifier.Verify(chain, bundles, role, Now);
            PropertyBrokenException.Unless(!verification.IsAccepted, "nothing is accepted that no root of ours signed");
            PropertyBrokenException.Unless(verification.Problem!.Message.Length < 4096, "a refusal is of bounded length");
        }
    }

    private static List<ReadOnlyMemory<byte>> Split(ReadOnlySpan<byte> input)
    {
        var chain = new List<ReadOnlyMemory<byte>>();
        while (input.Length >= 2)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(input), input.Length - 2);
            chain.Add(input.Slice(2, length).ToArray());
            input = input[(2 + length)..];
        }
        return chain;
    }

    private static TrustBundle UnusedRoot()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var root = request.CreateSelfSigned(Now.AddYears(-5), Now.AddYears(5));
        return TrustBundle.TryCreate(TrustDomain.Parse("cluster.local"), [root.RawData], out var bundle, out var problem)
            ? bundle
            : throw new InvalidOperationException(problem.ToString());
    }
}
