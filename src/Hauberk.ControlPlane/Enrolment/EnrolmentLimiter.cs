using System.Net;
using System.Threading.RateLimiting;

namespace Hauberk.ControlPlane.Enrolment;

/// <summary>
/// Bounds on signing requests. Callers without a certificate share a budget for each address they come from; those who renew have only the bound
/// on how many are worked on at once.
/// </summary>
internal sealed class EnrolmentLimiter : IDisposable
{
    private const int MaxAtOnce = 64;

    private readonly PartitionedRateLimiter<IPAddress> strangers = PartitionedRateLimiter.Create<IPAddress, IPAddress>(static address =>
        RateLimitPartition.GetTokenBucketLimiter(address, static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = 200, TokensPerPeriod = 20, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0, AutoReplenishment = true,
        }));

    private readonly ConcurrencyLimiter all = new(new ConcurrencyLimiterOptions { PermitLimit = MaxAtOnce, QueueLimit = 0 });

    /// <summary>Null: not now. To be disposed when the request is done.</summary>
    public IDisposable? Admit(IPAddress? from, bool isKnown)
    {
        if (!isKnown)
        {
            using var budget = strangers.AttemptAcquire(from ?? IPAddress.None);
            if (!budget.IsAcquired) return null;
        }
        var place = all.AttemptAcquire();
        if (place.IsAcquired) return place;
        place.Dispose();
        return null;
    }

    public void Dispose()
    {
        strangers.Dispose();
        all.Dispose();
    }
}
