using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Identity;

namespace Hauberk.Sidecar.Observability;

/// <summary>Whether this sidecar is ready, and what it lacks.</summary>
public sealed class Readiness
{
    private static readonly ReadinessCondition[] All = Enum.GetValues<ReadinessCondition>();

    private readonly Lock gate = new();
    private readonly HashSet<ReadinessCondition> met = [ReadinessCondition.Running];
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Readiness(CertificateHolder certificates, SnapshotHolder snapshots)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        ArgumentNullException.ThrowIfNull(snapshots);
        certificates.Changed += certificate => Set(ReadinessCondition.Certificate, certificate is not null);
        snapshots.Changed += _ => Set(ReadinessCondition.Configuration, true);
        Set(ReadinessCondition.Certificate, certificates.Current is not null);
        Set(ReadinessCondition.Configuration, snapshots.Current is not null);
    }

    /// <summary>Completes when the sidecar is ready for the first time.</summary>
    public Task FirstReady => ready.Task;

    /// <summary>Empty: ready.</summary>
    public IReadOnlyList<ReadinessCondition> Missing
    {
        get
        {
            lock (gate)
                return [.. All.Where(condition => !met.Contains(condition))];
        }
    }

    public void Set(ReadinessCondition condition, bool isMet)
    {
        lock (gate)
        {
            if (isMet)
                met.Add(condition);
            else
                met.Remove(condition);
            if (met.Count == All.Length)
                ready.TrySetResult();
        }
    }
}
