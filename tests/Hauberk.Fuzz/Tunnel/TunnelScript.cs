using Hauberk.Net.EventLoops;
using Hauberk.Net.Tunnel;
using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Fuzz.Tunnel;

/// <summary>
/// Plays an input as a story between a tunnel, its peer and the applications at its streams. First byte: the setting; then steps of one byte,
/// each with what it needs behind it.
/// </summary>
internal sealed class TunnelScript : IDisposable
{
    private const int MaxSentBytes = 1 << 20;
    private const int MaxStreams = 4;

    private readonly ScriptReader script;
    private readonly bool isServer;
    private readonly byte setting;
    private readonly PeerView view;
    private readonly MemoryChannel channel;
    private readonly TunnelConnection tunnel;
    private readonly List<StreamUser> users = [];
    private readonly List<TunnelRequest> unanswered = [];
    private readonly List<Task> openings = [];
    private readonly TaskCompletionSource over = new();
    private byte[] lastFrame = [];
    private int sentBytes;

    /// <summary>Use on the loop's thread.</summary>
    public TunnelScript(EventLoop loop, bool isServer, byte[] input)
    {
        script = new ScriptReader(input);
        this.isServer = isServer;
        setting = script.Next();
        view = new PeerView(isServer);
        channel = new MemoryChannel(loop, view, (setting & 1) != 0 ? 5 : 64 * 1024);
        var options = TunnelOptions.Default with { MaxStreams = MaxStreams, StreamWindowBytes = 16 * 1024, ConnectionWindowBytes = 128 * 1024 };
        tunnel = TunnelConnection.Start(channel, options, isServer ? ServeAsync : null);
    }

    private bool AnswersAtOnce => (setting & 2) == 0;

    private bool ReadsAtOnce => (setting & 4) == 0;

    private bool SpeaksProperly => (setting & 8) == 0;

    public async Task PlayAsync()
    {
        if (SpeaksProperly && isServer) await SendAsync(Preface.Client.ToArray());
        if (SpeaksProperly) await SendAsync(Frame(FrameType.Settings, FrameFlags.None, 0, []));
        while (!script.IsAtEnd) await StepAsync(script.Next());
        channel.Empty();
        await TurnAsync();
        tunnel.Abort("the script is over");
        over.SetResult();
        foreach (var user in users) user.Stream.Dispose();
        await Task.WhenAll(openings);
        await TurnAsync();
        PropertyBrokenException.Unless(tunnel.Completion.IsCompleted && tunnel.StreamCount == 0, "the tunnel ends");
    }

    public void Dispose() => channel.Dispose();

    private Task StepAsync(byte step)
    {
        switch (step)
        {
            // A frame as it is written here, or one whose long payload is not.
            case < 16: return SendFrameAsync(step, length => script.Next(length));
            case < 32: return SendFrameAsync(step, length => Pattern(length * 64));
            case 32: return SendAsync(script.Next(script.Next()));
            case 33: return RepeatAsync(script.Next());
            case 34: return TurnAsync();
            case 35: channel.Fill(); break;
            case 36: channel.Empty(); break;
            case 37: channel.End(); break;
            case 38: tunnel.Drain(); break;
            case 39: openings.Add(OpenAsync()); break;
            case 40: Answer(); break;
            case 41: User()?.Stream.Write(new byte[script.Next() * 256]); break;
            case 42: User()?.Stream.ShutdownWrite(); break;
            case 43: User()?.ToggleReading(); break;
            case 44: User()?.Stream.Close(); break;
            case 45: User()?.Stream.Abort(); break;
            case 46: tunnel.Abort("the script says so"); break;
        }
        return Task.CompletedTask;
    }

    private Task SendFrameAsync(byte step, Func<int, byte[]> payload)
    {
        var (flags, streamId) = ((FrameFlags)script.Next(), script.Next());
        lastFrame = Frame((FrameType)(step & 15), flags, streamId, payload(script.Next()));
        return SendAsync(lastFrame);
    }

    private Task RepeatAsync(int times)
    {
        var most = MaxSentBytes / Math.Max(1, lastFrame.Length);
        return SendAsync([.. Enumerable.Repeat(lastFrame, Math.Min(times * 8, most)).SelectMany(frame => frame)]);
    }

    private async Task SendAsync(byte[] bytes)
    {
        sentBytes += bytes.Length;
        if (sentBytes > MaxSentBytes || channel.IsClosed) return;
        view.Send(bytes);
        channel.Deliver(bytes);
        while (channel.HasArrivals) await Task.Yield();
        CheckBounds();
    }

    private async Task TurnAsync()
    {
        // What is queued now runs before the first of them comes back, what that queues before the second.
        for (var i = 0; i < 3; i++) await Task.Yield();
        CheckBounds();
    }

    private void CheckBounds() => PropertyBrokenException.Unless(tunnel.StreamCount <= MaxStreams, "no more streams than allowed");

    private async Task ServeAsync(TunnelRequest request)
    {
        PropertyBrokenException.Unless(tunnel.Problem is null && !view.HasFailed && !channel.IsClosed, "a broken connection serves nothing");
        unanswered.Add(request);
        if (AnswersAtOnce) Answer();
        await over.Task;
    }

    private void Answer()
    {
        if (unanswered.Count == 0) return;
        var request = unanswered[0];
        unanswered.RemoveAt(0);
        if (AnswersAtOnce || script.Next() is 0) Use(request.Accept());
        else request.Refuse(503);
    }

    private async Task OpenAsync()
    {
        if (isServer) return;
        var opening = await tunnel.OpenAsync("10.0.0.1:8080", Deadline.Never);
        if (opening.IsOpen) Use(opening.Stream);
    }

    private void Use(TunnelChannel stream) => users.Add(new StreamUser(stream, view.Stream(stream.Id), ReadsAtOnce));

    private StreamUser? User()
    {
        var which = script.Next();
        return users.Count == 0 ? null : users[which % users.Count];
    }

    // Goes on from frame to frame, so that frames out of order are told apart.
    private byte[] Pattern(int length) => [.. Enumerable.Range(sentBytes, length).Select(i => (byte)(i * 7))];

    private static byte[] Frame(FrameType type, FrameFlags flags, int streamId, byte[] payload)
    {
        var bytes = new byte[FrameHeader.Bytes + payload.Length];
        new FrameHeader(payload.Length, type, flags, streamId).Write(bytes);
        payload.CopyTo(bytes, FrameHeader.Bytes);
        return bytes;
    }
}
