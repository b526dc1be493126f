using System.Net;
using System.Threading.RateLimiting;
using Hauberk.Identity;

namespace Hauberk.ControlPlane.Enrolment;

/// <summary>
/// Bounds on signing requests: how many at once, and a budget for each identity that renews and for each address that strangers come from.
/// </summary>
internal sealed class EnrolmentLimiter : IDisposable
{
    private const int MaxAtOnce = 64;

    private readonly PartitionedRateLimiter<string> budgets = PartitionedRateLimiter.Create<string, string>(static caller =>
        RateLimitPartition.GetTokenBucketLimiter(caller, static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = 200,
            TokensPerPeriod = 20,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
            AutoReplenishment = true,
        }));

    private readonly ConcurrencyLimiter all = new(new ConcurrencyLimiterOptions { PermitLimit = MaxAtOnce, QueueLimit = 0 });

    /// <summary>Null: not now. To be disposed when the request is done.</summary>
    public IDisposable? Admit(SpiffeId? caller, IPAddress? from)
    {
        using var budget = budgets.AttemptAcquire(caller?.ToString() ?? from?.ToString() ?? "");
        if (!budget.IsAcquired) return null;
        var place = all.AttemptAcquire();
        if (place.IsAcquired) return place;
        place.Dispose();
        return null;
    }

    public void Dispose()
    {
        budgets.Dispose();
        all.Dispose();
    }
}
