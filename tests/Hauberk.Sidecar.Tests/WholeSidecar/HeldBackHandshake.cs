using System.Net;
using System.Net.Sockets;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>Carries one connection to a sidecar, and keeps the last bytes of the client's last flight back until told.</summary>
internal sealed class HeldBackHandshake : IAsyncDisposable
{
    // More than the record of a close_notify that may follow at once (24), less than that of the Finished message (58): all before that is whole.
    private const int HeldBytes = 32;

    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task carrying;

    public HeldBackHandshake(IPEndPoint server)
    {
        listener.Bind(new IPEndPoint(LoopbackAddresses.Next(), 0));
        listener.Listen();
        carrying = CarryAsync(server);
    }

    public IPEndPoint Address => (IPEndPoint)listener.LocalEndPoint!;

    /// <summary>Completes when all but the last bytes has been sent.</summary>
    public Task Waiting => waiting.Task.WaitAsync(RecordLog.Patience);

    public void LetGo() => letGo.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        letGo.TrySetResult();
        listener.Dispose();
        await carrying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CarryAsync(IPEndPoint to)
    {
        using var client = await listener.AcceptAsync();
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await server.ConnectAsync(to);
        var answers = CopyAsync(server, client);
        var buffer = new byte[64 * 1024];
        // The ClientHello, then everything else that a client says.
        await TestApplication.SendAllAsync(server, buffer.AsMemory(0, await client.ReceiveAsync(buffer)));
        var length = await client.ReceiveAsync(buffer);
        await TestApplication.SendAllAsync(server, buffer.AsMemory(0, length - HeldBytes));
        waiting.SetResult();
        await letGo.Task;
        await TestApplication.SendAllAsync(server, buffer.AsMemory(length - HeldBytes, HeldBytes));
        await answers;
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
                await TestApplication.SendAllAsync(to, buffer.AsMemory(0, count));
        }
        catch (SocketException)
        {
            // The sidecar's reset: the client's end, too.
        }
        to.Close(0);
    }
}
