using System.Text;
using Hauberk.Net.Channels;

namespace Hauberk.Net.Tests.Support;

/// <summary>Reads a channel to its end on its loop and keeps what came.</summary>
internal sealed class ChannelProbe : IChannelObserver
{
    private readonly ByteChannel channel;
    private readonly StringBuilder text = new();
    private readonly int readBytes;

    private ChannelProbe(ByteChannel channel, int readBytes)
    {
        this.channel = channel;
        this.readBytes = readBytes;
    }

    /// <summary>What was read so far; look on the loop's thread.</summary>
    public string Text => text.ToString();

    public ChannelReadState State { get; private set; } = ChannelReadState.More;

    public bool WasFailed { get; private set; }

    /// <summary>Begins to read, on the loop's thread, <paramref name="readBytes"/> at a time.</summary>
    public static ChannelProbe Attach(ByteChannel channel, int readBytes = 96 * 1024)
    {
        var probe = new ChannelProbe(channel, readBytes);
        channel.Observer = probe;
        probe.OnReadable(channel);
        return probe;
    }

    public void OnReadable(ByteChannel channel)
    {
        var buffer = new byte[readBytes];
        do
        {
            int count = channel.Read(buffer, out ChannelReadState state);
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            State = state;
        }
        while (State == ChannelReadState.More);
    }

    public void OnWritable(ByteChannel channel)
    {
    }

    public void OnFailed(ByteChannel channel) => WasFailed = true;

    public ChannelProblem? Problem => channel.Problem;
}
