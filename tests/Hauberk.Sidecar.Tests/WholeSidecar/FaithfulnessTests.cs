using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>Two programs through two sidecars see of each other what they would see without.</summary>
[Collection("whole sidecars")]
public sealed class FaithfulnessTests
{
    public static TheoryData<ConnectionSecurity> Transports => [ConnectionSecurity.Tunnel, ConnectionSecurity.MutualTls, ConnectionSecurity.Plaintext];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_client_that_ends_first_still_gets_its_answer(ConnectionSecurity transport)
    {
        await using var two = await StartAsync(transport, async socket =>
        {
            var question = await TestApplication.ReadToEndAsync(socket);
            await TestApplication.SendAllAsync(socket, Encoding.UTF8.GetBytes($"{question.Length} bytes"));
        });
        using (var client = await two.CallAsync())
        {
            await client.SendAsync("question");
            client.End();
            Assert.Equal("8 bytes", Encoding.UTF8.GetString(await client.ReadAsync(7)));
            Assert.False(await client.IsResetAsync());
        }
        Assert.Equal((CloseReason.Finished, ClosedBy.Client), await two.Web.Records.SingleAsync() is var r ? (r.CloseReason, r.ClosedBy) : default);
        Assert.Equal((CloseReason.Finished, ClosedBy.Client), await two.Orders.Records.SingleAsync() is var s ? (s.CloseReason, s.ClosedBy) : default);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_server_that_ends_first_still_hears_the_client(ConnectionSecurity transport)
    {
        var heard = new TaskCompletionSource<string>();
        await using var two = await StartAsync(transport, async socket =>
        {
            socket.Shutdown(SocketShutdown.Send);
            heard.SetResult(Encoding.UTF8.GetString(await TestApplication.ReadToEndAsync(socket)));
        });
        using (var client = await two.CallAsync())
        {
            await client.SendAsync("first");
            Assert.Empty(await client.ReadAsync(1));
            await client.SendAsync(" second");
            client.End();
            Assert.Equal("first second", await heard.Task.WaitAsync(RecordLog.Patience, TestContext.Current.CancellationToken));
        }
        Assert.Equal((CloseReason.Finished, ClosedBy.Server), await two.Web.Records.SingleAsync() is var r ? (r.CloseReason, r.ClosedBy) : default);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_reset_of_the_client_is_a_reset_at_the_server(ConnectionSecurity transport)
    {
        var seen = new TaskCompletionSource<SocketError>();
        await using var two = await StartAsync(transport, async socket =>
        {
            try
            {
                await TestApplication.EchoAsync(socket);
                seen.SetResult(SocketError.Success);
            }
            catch (SocketException e)
            {
                seen.SetResult(e.SocketErrorCode);
            }
        });
        using (var client = await two.CallAsync())
        {
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
            client.Reset();
        }
        Assert.Equal(SocketError.ConnectionReset, await seen.Task.WaitAsync(RecordLog.Patience, TestContext.Current.CancellationToken));
        Assert.Equal((CloseReason.Reset, ClosedBy.Client), await two.Web.Records.SingleAsync() is var r ? (r.CloseReason, r.ClosedBy) : default);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_reset_of_the_server_is_a_reset_at_the_client(ConnectionSecurity transport)
    {
        await using var two = await StartAsync(transport, async socket =>
        {
            await socket.ReceiveAsync(new byte[5], TestContext.Current.CancellationToken);
            socket.Close(0);
        });
        using (var client = await two.CallAsync())
        {
            await client.SendAsync("hello");
            Assert.True(await client.IsResetAsync());
        }
        Assert.Equal((CloseReason.Reset, ClosedBy.Server), await two.Orders.Records.SingleAsync() is var r ? (r.CloseReason, r.ClosedBy) : default);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_program_that_is_not_there_is_a_reset_at_the_client(ConnectionSecurity transport)
    {
        await using var two = await StartAsync(transport, TestApplication.EchoAsync);
        await two.Application.DisposeAsync();
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "hello"u8.ToArray()));
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Allow, CloseReason.ConnectRefused, ClosedBy.Server), (record.Verdict, record.CloseReason, record.ClosedBy));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Many_bytes_go_both_ways_at_once_past_a_slow_reader(ConnectionSecurity transport)
    {
        await using var two = await StartAsync(transport, TestApplication.EchoAsync);
        var bytes = RandomNumberGenerator.GetBytes(16 * 1024 * 1024);
        using (var client = await two.CallAsync())
        {
            var sending = Task.Run(async () =>
            {
                await client.SendAsync(bytes);
                client.End();
            }, TestContext.Current.CancellationToken);
            // Nothing is read until the whole path is full, so that every sender along it has had to wait.
            await WaitUntilFullAsync(client);
            Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(await client.ReadAsync(bytes.Length)));
            Assert.False(await client.IsResetAsync());
            await sending;
        }
        var record = await two.Web.Records.SingleAsync();
        Assert.Equal((transport, bytes.Length, bytes.Length), (record.Security, record.BytesSent, record.BytesReceived));
    }

    private static Task<TwoSidecars> StartAsync(ConnectionSecurity transport, Func<Socket, Task> serve)
    {
        var mode = transport == ConnectionSecurity.Plaintext ? ServerMode.Disable : ServerMode.Permissive;
        return TwoSidecars.StartAsync(
            InboundMatrixTests.Policies(mode.ToString().ToUpperInvariant(), ""), mode, serve, tunnels: transport == ConnectionSecurity.Tunnel);
    }

    private static async Task WaitUntilFullAsync(TestClient client)
    {
        var full = new byte[64 * 1024];
        using var patience = new CancellationTokenSource(RecordLog.Patience);
        while (client.Socket.Available < full.Length)
            await Task.Yield();
    }
}
