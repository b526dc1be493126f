using System.Net;
using Hauberk.Sidecar.Outbound;

namespace Hauberk.Sidecar.Tests.Outbound;

public sealed class EndpointChoiceTests
{
    private static readonly IPEndPoint A = IPEndPoint.Parse("10.0.0.1:80");
    private static readonly IPEndPoint B = IPEndPoint.Parse("10.0.0.2:80");
    private static readonly IPEndPoint C = IPEndPoint.Parse("10.0.0.3:80");

    private readonly ManualTime time = new();

    [Fact]
    public void Of_two_endpoints_the_one_with_fewer_connections_is_taken()
    {
        var choice = new EndpointChoice(time);
        var first = choice.Take([A, B], [])!;
        var second = choice.Take([A, B], [])!;
        Assert.NotEqual(first, second);
        choice.Release(first);
        Assert.Equal(first, choice.Take([A, B], []));
    }

    [Fact]
    public void Many_connections_spread_evenly()
    {
        var choice = new EndpointChoice(time);
        var counts = Enumerable.Range(0, 300).Select(_ => choice.Take([A, B, C], [])!).CountBy(e => e).ToDictionary();
        Assert.All([A, B, C], e => Assert.InRange(counts[e], 90, 110));
    }

    [Fact]
    public void What_was_tried_is_not_taken_again()
    {
        var choice = new EndpointChoice(time);
        Assert.Equal(B, choice.Take([A, B], [A]));
        Assert.Null(choice.Take([A, B], [A, B]));
        Assert.Null(choice.Take([], []));
    }

    [Fact]
    public void What_failed_is_passed_over_for_a_while_as_long_as_others_are_left()
    {
        var choice = new EndpointChoice(time);
        choice.Failed(A);
        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(B, choice.Take([A, B], [])));
        Assert.Equal(A, choice.Take([A, B], [B]));
        choice.Release(A);
        time.Advance(EndpointChoice.FailureMemory);
        Assert.Equal(A, choice.Take([A, B], []));
    }
}
