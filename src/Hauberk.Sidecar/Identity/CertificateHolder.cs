namespace Hauberk.Sidecar.Identity;

/// <summary>The one mutable cell of a sidecar's identity.</summary>
public sealed class CertificateHolder
{
    private readonly Lock gate = new();
    private volatile WorkloadCertificate? current;

    /// <summary>Null: there is none that is valid, so no mesh connection can be made or accepted.</summary>
    public WorkloadCertificate? Current => current;

    /// <summary>Raised after <see cref="Current"/> was swapped, on the thread that swapped it and one swap at a time; null when it expired.</summary>
    public event Action<WorkloadCertificate?>? Changed;

    public void Swap(WorkloadCertificate? certificate)
    {
        lock (gate)
        {
            current = certificate;
            Changed?.Invoke(certificate);
        }
    }
}
