using System.Net.Sockets;
using Hauberk.Lab;

namespace Hauberk.EndToEnd.Tests.LongLife;

/// <summary>The published sidecars with as many connections as they are made for, and that they give everything back.</summary>
public sealed class LongLifeTests(BothWays hosts, ITestOutputHelper output) : IClassFixture<BothWays>
{
    private const int AtOnce = 32;

    [Theory, InlineData(BothWays.Tunnel), InlineData(BothWays.Plain)]
    public async Task Ten_thousand_connections_stand_idle_without_a_buffer_and_leave_nothing_behind(string way)
    {
        var before = await WarmAsync(way);
        using var sockets = new HostSockets(hosts.Client, DescriptorLimit.Connections(way));
        var connections = Over(sockets);
        await EachAsync(connections, connection => BeginAsync(connection, way));
        var open = await TakeAsync(way);
        output.WriteLine($"{connections.Length} connections: {before} became {open}");
        var sessions = way == BothWays.Plain ? connections.Length : 0;
        Assert.Equal((sessions, sessions), (open.Client.OwnSessions, open.Server.OwnSessions));
        Assert.InRange(Math.Min(open.Client.Sockets, open.Server.Sockets), connections.Length, int.MaxValue);
        Assert.True(open is { Client.HoldsNoBuffer: true, Server.HoldsNoBuffer: true }, $"buffers are held: {open}");
        await EachAsync(connections, static connection => connection.AskAsync());
        sockets.Dispose();
        await UntilBackAsync(before, way);
    }

    [Theory, InlineData(BothWays.Tunnel), InlineData(BothWays.Plain)]
    public async Task Ten_thousand_short_connections_leave_nothing_behind(string way)
    {
        var before = await WarmAsync(way);
        for (var round = 0; round < 10; round++) await CallAsync(way, 1_000);
        await UntilBackAsync(before, way);
    }

    [Theory, InlineData(BothWays.Tunnel), InlineData(BothWays.Plain)]
    public async Task Small_requests_are_answered_beside_a_stalled_stream_and_several_that_take_all_they_can(string way)
    {
        const int streams = 4, times = 4;
        var before = await WarmAsync(way);
        using var sockets = new HostSockets(hosts.Client, streams + 2);
        var connections = Over(sockets);
        var (stalled, small, bulk) = (connections[0], connections[1], connections[2..]);
        await BeginAsync(small, way);
        await stalled.ConnectAsync(hosts[way].Service);
        await stalled.BeginBulkAsync();
        var moves = Task.WhenAll(bulk.Select(stream => Task.Run(async () =>
        {
            await stream.ConnectAsync(hosts[way].Service);
            for (var i = 0; i < times; i++)
            {
                await stream.BeginBulkAsync();
                await stream.ReadBulkAsync();
            }
        })));
        var answers = 0;
        for (; !moves.IsCompleted; answers++) await small.AskAsync();
        await moves;
        output.WriteLine($"{answers} small answers beside {streams * times} large ones");
        // Who waited for the large ones would have had one answer for each of them at most.
        Assert.InRange(answers, 50, int.MaxValue);
        // Who stood still has lost nothing.
        await stalled.ReadBulkAsync();
        sockets.Dispose();
        await UntilBackAsync(before, way);
    }

    [Theory]
    [InlineData(BothWays.Tunnel, true), InlineData(BothWays.Tunnel, false), InlineData(BothWays.Plain, true), InlineData(BothWays.Plain, false)]
    public async Task A_sidecar_killed_under_load_takes_its_connections_along_and_the_other_keeps_nothing_of_them(string way, bool isClients)
    {
        const int busy = 64, bulk = 4;
        var before = await WarmAsync(way);
        using var sockets = new HostSockets(hosts.Client, busy + bulk);
        var connections = Over(sockets);
        await EachAsync(connections, connection => BeginAsync(connection, way));
        var broken = Task.WhenAll(connections.Select((connection, i) => AskUntilBrokenAsync(connection, i < bulk)));
        await (isClients ? hosts.ClientSidecar : hosts[way].Sidecar).SignalAsync("KILL");
        await broken;
        sockets.Dispose();
        if (isClients) await before.Server.UntilBackAsync(hosts[way].Host, hosts[way].Sidecar);
        else await before.Client.UntilBackAsync(hosts.Client, hosts.ClientSidecar);
        await (isClients ? hosts.RestartClientSidecarAsync() : hosts[way].RestartSidecarAsync());
        await hosts[way].AnswersByItsWayAsync(hosts.Client);
    }

    private static HttpSocket[] Over(HostSockets sockets) => [.. sockets.All.Select(static socket => new HttpSocket(socket))];

    private async Task BeginAsync(HttpSocket connection, string way)
    {
        await connection.ConnectAsync(hosts[way].Service);
        await connection.AskAsync();
    }

    private async Task CallAsync(string way, int times)
    {
        using var sockets = new HostSockets(hosts.Client, times);
        await EachAsync(Over(sockets), async connection =>
        {
            await connection.ConnectAsync(hosts[way].Service);
            await connection.AskAsync(isLast: true);
            connection.End();
        });
    }

    private static Task EachAsync(HttpSocket[] connections, Func<HttpSocket, Task> act) =>
        Parallel.ForEachAsync(connections, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (connection, _) => await act(connection));

    private static async Task AskUntilBrokenAsync(HttpSocket connection, bool isBulk)
    {
        try
        {
            while (true)
            {
                if (isBulk) await connection.BeginBulkAsync();
                await (isBulk ? connection.ReadBulkAsync() : connection.AskAsync());
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // A reset, or an end within an answer.
        }
    }

    /// <summary>What both hold when every loop has carried something: with the pool of tickets full.</summary>
    private async Task<(SidecarFootprint Client, SidecarFootprint Server)> WarmAsync(string way)
    {
        // The heap of short-lived objects at its full size: a crowd before may have let it be given back.
        for (var round = 0; round < 4; round++) await CallAsync(way, 500);
        (SidecarFootprint Client, SidecarFootprint Server) warm = default;
        await Wait.UntilAsync("the sidecars are at rest", async () => (warm = await TakeAsync(way)) is { Client.OwnSessions: 0, Server.OwnSessions: 0 });
        return warm;
    }

    private async Task<(SidecarFootprint Client, SidecarFootprint Server)> TakeAsync(string way) =>
        (await SidecarFootprint.TakeAsync(hosts.Client, hosts.ClientSidecar), await SidecarFootprint.TakeAsync(hosts[way].Host, hosts[way].Sidecar));

    private async Task UntilBackAsync((SidecarFootprint Client, SidecarFootprint Server) before, string way)
    {
        await before.Client.UntilBackAsync(hosts.Client, hosts.ClientSidecar);
        await before.Server.UntilBackAsync(hosts[way].Host, hosts[way].Sidecar);
    }
}
