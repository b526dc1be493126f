using System.Net;
using System.Net.Sockets;
using Hauberk.Api.Distribution;
using Hauberk.ControlPlane.Mesh;
using Hauberk.ControlPlane.Observability;
using Hauberk.ControlPlane.Tests.Distribution;
using Microsoft.AspNetCore.Connections;

namespace Hauberk.ControlPlane.Tests.Mesh;

public sealed class UnprovenConnectionsTests
{
    private readonly ManualClock clock = new(TimeProvider.System.GetUtcNow());
    private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Strangers_from_one_address_and_all_strangers_together_are_bounded_and_the_known_are_not()
    {
        var places = new UnprovenConnections(clock, new ControlPlaneMetrics());
        var served = new List<Task>();
        var accepted = 0;
        Task Serve(ConnectionContext connection) => places.ServeAsync(connection, c =>
        {
            accepted++;
            return end.Task;
        });
        for (var i = 0; i <= UnprovenConnections.MaxPerSource; i++)
            served.Add(Serve(From("192.0.2.1")));
        Assert.Equal(UnprovenConnections.MaxPerSource, accepted);

        var known = From("192.0.2.2");
        served.Add(Serve(known));
        UnprovenConnections.Proven(known);
        for (var i = 0; i < UnprovenConnections.Max; i++)
            served.Add(Serve(From($"198.51.{i / 200}.{i % 200}")));
        Assert.Equal(UnprovenConnections.Max + 1, accepted);

        end.SetResult();
        await Task.WhenAll(served);
        await Serve(From("192.0.2.1"));
        Assert.Equal(UnprovenConnections.Max + 2, accepted);
    }

    [Fact]
    public async Task A_stranger_may_stay_only_so_long_and_who_is_known_as_long_as_he_likes()
    {
        var places = new UnprovenConnections(clock, new ControlPlaneMetrics());
        var (stranger, known) = (From("192.0.2.1"), From("192.0.2.1"));
        var served = new[] { places.ServeAsync(stranger, _ => end.Task), places.ServeAsync(known, _ => end.Task) };
        UnprovenConnections.Proven(known);
        clock.Advance(UnprovenConnections.Longest);
        await Eventually.TrueAsync(() => stranger.ConnectionClosed.IsCancellationRequested);
        Assert.False(known.ConnectionClosed.IsCancellationRequested);
        end.SetResult();
        await Task.WhenAll(served);
    }

    [Fact]
    public async Task The_mesh_port_keeps_its_places_for_those_who_prove_who_they_are()
    {
        await using var plane = await RunningControlPlane.StartAsync();
        await plane.AddWorkloadAsync("shop", "orders-1", "orders", "10.0.0.4");
        await plane.RegistryCaughtUpAsync();
        var client = plane.Authority.Issue("spiffe://cluster.local/ns/shop/sa/orders");
        using var known = new AdsClient(plane.Channel(client), "shop/orders-1");
        await known.SubscribeAsync(ResourceTypeUrl.TrustBundle, "*");
        await known.NextAsync();

        var strangers = new List<Socket>();
        for (var i = 0; i < UnprovenConnections.MaxPerSource + 8; i++)
        {
            strangers.Add(new Socket(SocketType.Stream, ProtocolType.Tcp));
            try
            {
                await strangers[i].ConnectAsync(new IPEndPoint(IPAddress.Loopback, plane.MeshPort), TestContext.Current.CancellationToken);
            }
            catch (SocketException)
            {
                // Reset at once.
            }
        }
        await Eventually.TrueAsync(async () => await plane.MetricAsync("connections_refused_total") == 8);
        strangers.ForEach(static s => s.Dispose());
    }

    private static DefaultConnectionContext From(string address) => new() { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 40000) };
}
