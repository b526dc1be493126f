using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Identity;

namespace Hauberk.Sidecar.Tests.Identity;

/// <summary>Issues or refuses as the test says, by the test's clock.</summary>
internal sealed class TestIssuer(TestMesh mesh, TimeProvider time, TimeSpan lifetime) : IEnrolment
{
    private readonly Lock gate = new();
    private readonly List<(DateTimeOffset At, bool ByToken)> requests = [];

    public bool Refuses { get; set; }

    public bool IsTokenSpent { get; set; }

    public IReadOnlyList<(DateTimeOffset At, bool ByToken)> Requests
    {
        get
        {
            lock (gate)
                return [.. requests];
        }
    }

    public Task<EnrolmentResult> RequestAsync(WorkloadCertificate? current, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        lock (gate)
            requests.Add((now, current is null));
        return Task.FromResult(Refuses
            ? EnrolmentResult.Refused("refused by the test") with { IsTokenSpent = IsTokenSpent && current is null }
            : new EnrolmentResult(TestWorkload.Certificate(mesh, now, now + lifetime), null));
    }
}
