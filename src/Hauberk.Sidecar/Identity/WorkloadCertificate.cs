using System.Collections.Immutable;
using Hauberk.Identity;

namespace Hauberk.Sidecar.Identity;

/// <summary>What this workload proves who it is with. Verified before it is made; immutable.</summary>
public sealed class WorkloadCertificate
{
    internal WorkloadCertificate(
        SpiffeId identity,
        ImmutableArray<ReadOnlyMemory<byte>> chainDer,
        ReadOnlyMemory<byte> privateKeyDer,
        DateTimeOffset notBefore,
        DateTimeOffset notAfter)
    {
        Identity = identity;
        ChainDer = chainDer;
        PrivateKeyDer = privateKeyDer;
        NotBefore = notBefore;
        NotAfter = notAfter;
    }

    public SpiffeId Identity { get; }

    /// <summary>The leaf, then intermediates: what goes on the wire. No root.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> ChainDer { get; }

    /// <summary>PKCS#8. Secret: never logged, never on disk but in the identity file.</summary>
    public ReadOnlyMemory<byte> PrivateKeyDer { get; }

    public DateTimeOffset NotBefore { get; }

    /// <summary>The end of the leaf's validity.</summary>
    public DateTimeOffset NotAfter { get; }

    public override string ToString() => $"{Identity} until {NotAfter:O}";
}
