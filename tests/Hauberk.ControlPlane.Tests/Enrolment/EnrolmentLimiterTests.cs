using System.Net;
using Hauberk.ControlPlane.Enrolment;
using Hauberk.Identity;

namespace Hauberk.ControlPlane.Tests.Enrolment;

public sealed class EnrolmentLimiterTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    private static readonly SpiffeId Orders = SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/orders");
    private readonly EnrolmentLimiter limiter = new();

    public void Dispose() => limiter.Dispose();

    [Fact]
    public void A_stranger_who_floods_is_refused_and_takes_nothing_from_others()
    {
        var admitted = 0;
        while (limiter.Admit(null, Here) is { } place)
        {
            place.Dispose();
            Assert.True(++admitted < 100_000, "there is no bound");
        }
        using var stranger = limiter.Admit(null, IPAddress.Parse("192.0.2.2"));
        using var known = limiter.Admit(Orders, Here);
        Assert.NotNull(stranger);
        Assert.NotNull(known);
    }

    [Fact]
    public void One_identity_cannot_have_certificates_without_end()
    {
        var admitted = 0;
        while (limiter.Admit(Orders, Here) is { } place)
        {
            place.Dispose();
            Assert.True(++admitted < 100_000, "there is no bound");
        }
        using var other = limiter.Admit(SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/web"), Here);
        Assert.NotNull(other);
    }

    [Fact]
    public void Only_so_many_are_worked_on_at_once()
    {
        var places = new Stack<IDisposable>();
        while (limiter.Admit(Orders, Here) is { } place)
        {
            places.Push(place);
            Assert.True(places.Count < 100_000, "there is no bound");
        }
        places.Pop().Dispose();
        using var next = limiter.Admit(Orders, Here);
        Assert.NotNull(next);
        while (places.TryPop(out var place)) place.Dispose();
    }
}
