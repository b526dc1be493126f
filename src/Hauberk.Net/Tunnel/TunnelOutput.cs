using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Tunnel.Frames;
using Hauberk.Net.Tunnel.Hpack;

namespace Hauberk.Net.Tunnel;

/// <summary>
/// What a tunnel sends: everything of one turn of the loop leaves as one batch. Small writes go straight into it, larger ones wait for
/// their stream's turn, one frame each, so that no stream is held up by another's bulk.
/// </summary>
internal sealed class TunnelOutput(TunnelConnection tunnel)
{
    // What a stream gets in its turn while others wait for theirs.
    private const int TurnBytes = 2 * PeerSettings.MinMaxFrameBytes;
    // What a relay reads at once fits, so that a stream that is alone needs no copy of it.
    private const int BatchBytes = LoopScratch.BurstBytes + (4 * 1024);
    private const int BatchesPerTurn = 4;
    private const FrameFlags AckFlag = FrameFlags.EndStream;
    // Answers that a peer asks for and does not read.
    private const int MaxUnsentBytes = 256 * 1024;

    private readonly ByteChannel channel = tunnel.Transport;
    private readonly Queue<TunnelChannel> waiting = [];
    private List<TunnelChannel> drained = [];
    private List<TunnelChannel> notified = [];
    private readonly Action flush = tunnel.Flush;
    private FrameBatch batch;
    private long window = PeerSettings.DefaultWindowBytes;
    private bool flushQueued;
    private bool closed;

    /// <summary>What a new stream may send before the peer gives more room.</summary>
    public int InitialSendWindow { get; set; } = PeerSettings.DefaultWindowBytes;

    /// <summary>Streams that wait for their turn to send.</summary>
    public int WaitingCount => waiting.Count;

    public void SendPreface()
    {
        Preface.Append(ref batch, tunnel.IsServer, tunnel.Options);
        ScheduleFlush();
    }

    public void SendConnect(TunnelChannel stream, string authority, string? serverName)
    {
        Span<byte> block = stackalloc byte[HpackEncoder.MaxBytes];
        var encoder = new HpackEncoder(block);
        encoder.WriteConnect(authority, serverName);
        Send(FrameType.Headers, FrameFlags.EndHeaders, stream.Id, block[..encoder.Length]);
    }

    public void SendStatus(TunnelChannel stream, int status, bool ends)
    {
        Span<byte> block = stackalloc byte[HpackEncoder.MaxBytes];
        var encoder = new HpackEncoder(block);
        encoder.WriteStatus(status);
        Send(FrameType.Headers, FrameFlags.EndHeaders | (ends ? FrameFlags.EndStream : 0), stream.Id, block[..encoder.Length]);
    }

    public void SendEnd(TunnelChannel stream) => Send(FrameType.Data, FrameFlags.EndStream, stream.Id, default);

    public void SendReset(int streamId, Http2Error error)
    {
        if (closed) return;
        batch.Append(FrameType.ResetStream, streamId, (int)error);
        ScheduleFlush();
    }

    /// <param name="streamId">0: for the connection.</param>
    /// <param name="bytes">The room that there is more.</param>
    public void SendWindowUpdate(int streamId, int bytes)
    {
        if (closed) return;
        batch.Append(FrameType.WindowUpdate, streamId, bytes);
        ScheduleFlush();
    }

    public void SendPing(ReadOnlySpan<byte> payload, bool ack) => Send(FrameType.Ping, ack ? AckFlag : FrameFlags.None, 0, payload);

    public void AcknowledgeSettings() => Send(FrameType.Settings, AckFlag, 0, default);

    public void SendGoAway(int lastStreamId, Http2Error error)
    {
        if (closed) return;
        batch.AppendGoAway(lastStreamId, error);
        ScheduleFlush();
    }

    /// <summary>The longest frame that the peer takes.</summary>
    public int MaxFrameBytes { get; set; } = PeerSettings.MinMaxFrameBytes;

    /// <summary>Sends in this turn what nothing stands before: little at once, much while no other stream waits.</summary>
    /// <returns>How many of the bytes; the rest must wait for their turn.</returns>
    public int Send(TunnelChannel stream, ReadOnlySpan<byte> source)
    {
        if (channel.HasHeldOutput || (source.Length > TurnBytes && waiting.Count > 0)) return 0;
        int sent = 0;
        while (sent < source.Length && NextFrame(stream, source.Length - sent, MaxFrameBytes) is > 0 and int count)
        {
            Charge(stream, count);
            Send(FrameType.Data, FrameFlags.None, stream.Id, source.Slice(sent, count));
            sent += count;
        }
        return sent;
    }

    /// <summary>Puts a stream that holds bytes among those who wait for their turn.</summary>
    public void Enqueue(TunnelChannel stream)
    {
        if (!stream.IsQueued && stream.SendWindow > 0) Queue(stream);
        ScheduleFlush();
    }

    /// <summary>Takes a stream that is over out of the queue: where the window is shut nobody else would.</summary>
    public void Dequeue(TunnelChannel stream)
    {
        if (!stream.IsQueued) return;
        stream.IsQueued = false;
        for (int left = waiting.Count; left > 0; left--)
            if (waiting.Dequeue() is var other && other != stream)
                waiting.Enqueue(other);
    }

    /// <summary>False: the peer gave more than a window can hold.</summary>
    public bool TryWiden(int bytes)
    {
        window += bytes;
        ScheduleFlush();
        return window <= int.MaxValue;
    }

    /// <summary>
    /// Sends what there is, as far as the socket and the windows take it. Once per turn, and when the socket has room again.
    /// </summary>
    public void Flush()
    {
        flushQueued = false;
        for (int i = 0; i < BatchesPerTurn && !closed && !channel.HasHeldOutput; i++)
        {
            Fill();
            if (batch.Length == 0) break;
            ChannelWriteState state = channel.Write(batch.Bytes);
            batch.Clear();
            if (state == ChannelWriteState.Failed)
            {
                tunnel.Break(channel.Problem ?? ChannelProblem.Closed);
                return;
            }
        }
        if (batch.Length > MaxUnsentBytes)
        {
            tunnel.Break(new ChannelProblem(ChannelProblemKind.TunnelProtocol, "the peer asks for answers and does not read them"));
            return;
        }
        if (waiting.Count > 0 && window > 0 && !channel.HasHeldOutput) ScheduleFlush();
        NotifyDrained();
        if (batch.Length == 0) tunnel.OutputIsEmpty();
    }

    public void Close()
    {
        closed = true;
        batch.Clear();
        waiting.Clear();
        drained.Clear();
    }

    private void Send(FrameType type, FrameFlags flags, int streamId, ReadOnlySpan<byte> payload)
    {
        if (closed) return;
        batch.Append(type, flags, streamId, payload);
        ScheduleFlush();
    }

    public void ScheduleFlush()
    {
        if (flushQueued || closed) return;
        flushQueued = true;
        channel.Loop.Post(flush);
    }

    /// <summary>A frame of each stream in turn, until the batch is full.</summary>
    private void Fill()
    {
        while (waiting.Count > 0 && window > 0 && batch.Length + FrameHeader.Bytes < BatchBytes)
        {
            TunnelChannel stream = waiting.Dequeue();
            stream.IsQueued = false;
            SendFrame(stream, waiting.Count > 0 ? Math.Min(TurnBytes, MaxFrameBytes) : MaxFrameBytes);
            if (stream.HeldBytes == 0) drained.Add(stream);
            else if (stream.SendWindow > 0) Queue(stream);
        }
    }

    private void Queue(TunnelChannel stream)
    {
        stream.IsQueued = true;
        waiting.Enqueue(stream);
    }

    private void SendFrame(TunnelChannel stream, int maxBytes)
    {
        int count = NextFrame(stream, stream.HeldBytes, maxBytes);
        if (count <= 0) return;
        bool ends = count == stream.HeldBytes && stream.EndsAfterHeld;
        batch.Append(FrameType.Data, ends ? FrameFlags.EndStream : FrameFlags.None, stream.Id, stream.Held[..count]);
        Charge(stream, count);
        stream.Consume(count);
        if (ends) stream.EndSent();
    }

    /// <summary>How much of so many bytes a frame may carry now; 0 or less: nothing.</summary>
    private int NextFrame(TunnelChannel stream, int length, int maxBytes) => (int)Math.Min(
        Math.Min(length, Math.Min(maxBytes, BatchBytes - FrameHeader.Bytes - batch.Length)), Math.Min(window, stream.SendWindow));

    private void Charge(TunnelChannel stream, int count)
    {
        window -= count;
        stream.SendWindow -= count;
        tunnel.DataFrameSent();
    }

    // Listeners may write at once, and so make new entries.
    private void NotifyDrained()
    {
        (drained, notified) = (notified, drained);
        foreach (TunnelChannel stream in notified) stream.NotifyWritable();
        notified.Clear();
    }
}
