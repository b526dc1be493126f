using Hauberk.Net.EventLoops;

namespace Hauberk.Net.Channels;

/// <summary>
/// A two-way stream of bytes that never blocks: a plain socket, a TLS connection, a stream of a tunnel. Each direction ends by itself
/// (half-close), and a failure ends both. Use on the loop's thread.
/// </summary>
public abstract class ByteChannel : IDisposable
{
    protected ByteChannel(EventLoop loop) => Loop = loop;

    /// <summary>The loop whose thread alone may use this channel.</summary>
    public EventLoop Loop { get; }

    /// <summary>Who hears of readiness. Events before it is set are not repeated: try a read after setting it.</summary>
    public IChannelObserver? Observer { get; set; }

    /// <summary>The first failure; null while the channel works and after an orderly close.</summary>
    public ChannelProblem? Problem { get; protected set; }

    /// <summary>Accepted bytes, or an end, still wait in the channel to go out.</summary>
    public abstract bool HasHeldOutput { get; }

    /// <summary>The connection below has failed, even though bytes that came before may still be readable.</summary>
    public abstract bool IsBroken { get; }

    /// <summary>Broken with what carried it and not by its other end, which knows of no reason: another channel there may do.</summary>
    public virtual bool IsLost => false;

    /// <summary>Takes what is there now, at most what fits.</summary>
    /// <param name="destination">Where to; 96 KiB or more spares TLS a copy.</param>
    /// <param name="state">What comes after the bytes; bytes can come with any state.</param>
    /// <returns>The count of bytes, 0 when none are there.</returns>
    public abstract int Read(Span<byte> destination, out ChannelReadState state);

    /// <summary>Accepts all bytes or none. What cannot go out at once is kept, so one write bounds what is kept.</summary>
    public abstract ChannelWriteState Write(ReadOnlySpan<byte> source);

    /// <summary>Ends this side's direction after what was written: close_notify where there is TLS, then FIN. Reading goes on.</summary>
    public abstract void ShutdownWrite();

    /// <summary>Lets go in order, both directions at once. What was handed to the kernel still arrives.</summary>
    public abstract void Close();

    /// <summary>Breaks off so that the peer sees a reset and cannot take it for an end.</summary>
    public abstract void Abort();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Close();
}
