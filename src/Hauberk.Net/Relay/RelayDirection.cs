using Hauberk.Net.Channels;

namespace Hauberk.Net.Relay;

/// <summary>One of a relay's two directions.</summary>
internal sealed class RelayDirection(RelaySide from, ByteChannel source, ByteChannel destination)
{
    // A fast sender gives way to the other connections of its loop after this many reads, some 400 KB: what they wait at most is this for each such sender.
    private const int ReadsPerTurn = 4;
    private long bytes;

    public RelaySide From { get; } = from;

    public ByteChannel Source { get; } = source;

    public ByteChannel Destination { get; } = destination;

    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>A byte has been taken from the source, whether the destination got it or not.</summary>
    public bool HasTaken { get; private set; }

    /// <summary>The source has ended; its end is passed on by the relay.</summary>
    public bool Ended { get; private set; }

    /// <summary>Ended, and the destination has sent everything.</summary>
    public bool Finished => Ended && !Destination.HasHeldOutput;

    /// <summary>Moves what is there, as far as the destination takes it.</summary>
    public PumpOutcome Pump(Span<byte> scratch)
    {
        if (Ended) return PumpOutcome.Waits;
        for (int read = 0; read < ReadsPerTurn; read++)
        {
            // Not reading is the backpressure: the source's window closes.
            if (Destination.HasHeldOutput) return PumpOutcome.Waits;
            int count = Source.Read(scratch, out ChannelReadState state);
            HasTaken |= count > 0;
            if (count > 0 && Destination.Write(scratch[..count]) == ChannelWriteState.Failed) return PumpOutcome.DestinationFailed;
            Volatile.Write(ref bytes, bytes + count);
            switch (state)
            {
                case ChannelReadState.Drained: return PumpOutcome.Waits;
                case ChannelReadState.Failed: return PumpOutcome.SourceFailed;
                case ChannelReadState.Ended:
                    Ended = true;
                    return PumpOutcome.Ended;
            }
        }
        return PumpOutcome.Yields;
    }
}
