using System.Text;
using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Tunnel;
using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Net.Tests.Tunnel;

/// <summary>Peers that break the rules, beside one that keeps them and must not be harmed.</summary>
public abstract class HostilePeerTest : TunnelTest
{
    /// <summary>What a loop with tunnels holds at most: two shared buffers, the event batch, TLS record state and output, tunnels' input.</summary>
    internal const int LoopBuffers = 6;

    internal static (string Name, string Value) Field(string text) => (text[..text.IndexOf('=', 1)], text[(text.IndexOf('=', 1) + 1)..]);

    /// <summary>Accepts, says its authority, and gives back what comes.</summary>
    internal static async Task EchoAsync(TunnelRequest request)
    {
        TunnelChannel stream = request.Accept();
        stream.Write(Encoding.ASCII.GetBytes(request.Authority + " "));
        var buffer = new byte[100];
        ChannelReadState state;
        do
        {
            int count = stream.Read(buffer, out state);
            stream.Write(buffer.AsSpan(0, count));
            await Task.Delay(1);
        }
        while (state is not (ChannelReadState.Ended or ChannelReadState.Failed));
        stream.ShutdownWrite();
    }

    /// <summary>Accepts and sends as much as the stream takes.</summary>
    internal static async Task PourAsync(TunnelRequest request)
    {
        TunnelChannel stream = request.Accept();
        var part = new byte[64 * 1024];
        while (request.IsOpen)
        {
            stream.Write(part);
            await Task.Delay(1);
        }
    }

    internal Task BeginAsync(ScriptedPeer peer) => OnLoop(() =>
    {
        peer.SendClientPreface();
        peer.SendConnect(1, "a:1");
    });

    /// <summary>The server's answer to the client's misuse: GOAWAY with this error, and the end.</summary>
    internal Task ExpectServerFailsAsync(Http2Error expected, Action<ScriptedPeer> misuse, TunnelOptions? options = null) =>
        ExpectFailureAsync(expected, misuse, () => ScriptClientAsync(options: options));

    /// <summary>The client's answer to the server's misuse, while a CONNECT waits: it can be tried elsewhere.</summary>
    internal Task ExpectClientFailsAsync(Http2Error expected, Action<ScriptedPeer> misuse, TunnelOptions? options = null) =>
        ExpectFailureAsync(expected, misuse, () => ScriptServerAsync(options));

    internal Task ExpectFloodStoppedAsync(Action<ScriptedPeer> send, int times = 2_000) => ExpectServerFailsAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendClientPreface();
        peer.SendConnect(1, "a:1");
        for (int i = 0; i < times; i++) send(peer);
    });

    private async Task ExpectFailureAsync(
        Http2Error expected, Action<ScriptedPeer> misuse, Func<Task<(ScriptedPeer Peer, TunnelConnection Tunnel)>> start)
    {
        (ScriptedPeer bystander, _) = await ScriptClientAsync(EchoAsync);
        await BeginAsync(bystander);
        (ScriptedPeer peer, TunnelConnection tunnel) = await start();
        Task<TunnelOpening>? opening = tunnel.IsServer ? null : Loop.RunAsync(() => tunnel.OpenAsync("a:1", Deadline.Never));
        await OnLoop(() => misuse(peer));
        await UntilAsync(() => peer.GoAway is not null && peer.HasEnded, "the end");
        Assert.Equal(expected, peer.GoAway);
        await InTime(tunnel.Completion);
        Assert.Equal((ChannelProblemKind.TunnelProtocol, 0), (tunnel.Problem!.Kind, tunnel.StreamCount));
        if (opening is not null) Assert.True((await InTime(opening)).CanRetry);
        Assert.InRange(NativeResources.OutstandingOf(NativeResourceKind.Buffer), 0, LoopBuffers + 2);
        await OnLoop(() => bystander.Send(FrameType.Data, FrameFlags.EndStream, 1, "unharmed"u8.ToArray()));
        await UntilAsync(() => bystander.TextOf(1) == "a:1 unharmed", "the bystander served");
    }
}
