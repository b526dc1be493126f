using Hauberk.Net.Channels;
using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Net.Tunnel;

/// <summary>
/// One application connection, as a stream of a tunnel. An end is END_STREAM, a break RST_STREAM; each stream has its own window in either
/// direction.
/// </summary>
public sealed unsafe class TunnelChannel : ByteChannel
{
    private HeldOutput incoming;
    private HeldOutput outgoing;
    // While the tunnel hands bytes over they are read from where they lie; what is left is kept afterwards.
    private byte* arriving;
    private int arrivingLength;
    private int receiveWindow;
    private int windowBytes;
    private int uncredited;
    private bool endReceived;
    private bool endAsked;
    private bool endSent;
    private bool released;
    private bool lost;

    internal TunnelChannel(TunnelConnection tunnel, int id) : base(tunnel.Loop)
    {
        Tunnel = tunnel;
        Id = id;
        receiveWindow = windowBytes = tunnel.Options.FirstStreamWindowBytes;
        SendWindow = tunnel.Output.InitialSendWindow;
    }

    /// <summary>The tunnel that carries it.</summary>
    public TunnelConnection Tunnel { get; }

    public override bool HasHeldOutput => outgoing.Length > 0 || (endAsked && !endSent && Problem is null);

    public override bool IsBroken => Problem is not null;

    public override bool IsLost => lost;

    internal int Id { get; }

    internal long SendWindow { get; set; }

    /// <summary>In the queue of those who wait for their turn to send.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>A client's CONNECT that is not answered yet.</summary>
    internal PendingOpening? Opening { get; set; }

    /// <summary>A server has answered 200, or a client has got it.</summary>
    internal bool IsEstablished { get; set; }

    /// <summary>The peer has ended its side.</summary>
    internal bool HasEnded => endReceived;

    internal int HeldBytes => outgoing.Length;

    internal ReadOnlySpan<byte> Held => new(outgoing.Pointer, outgoing.Length);

    internal bool EndsAfterHeld => endAsked && !endSent;

    private bool HasInput => arrivingLength > 0 || incoming.Length > 0;

    public override int Read(Span<byte> destination, out ChannelReadState state)
    {
        int count = incoming.Length > 0 ? TakeHeld(destination) : TakeArriving(destination);
        Credit(count);
        state = HasInput ? ChannelReadState.More
            // Before the end: a break, and our own close, throw away what was not taken yet.
            : Problem is not null || released ? ChannelReadState.Failed
            : endReceived ? ChannelReadState.Ended
            : ChannelReadState.Drained;
        return count;
    }

    public override ChannelWriteState Write(ReadOnlySpan<byte> source)
    {
        if (Problem is not null || endAsked) return ChannelWriteState.Failed;
        if (outgoing.Length > 0) return ChannelWriteState.Blocked;
        int sent = Tunnel.Output.Send(this, source);
        if (sent == source.Length) return ChannelWriteState.Sent;
        fixed (byte* pointer = source) outgoing.Append(pointer + sent, source.Length - sent);
        Tunnel.Output.Enqueue(this);
        return ChannelWriteState.Held;
    }

    public override void ShutdownWrite()
    {
        if (endAsked || Problem is not null) return;
        endAsked = true;
        if (outgoing.Length > 0) return;
        Tunnel.Output.SendEnd(this);
        EndSent();
    }

    public override void Close()
    {
        if (released) return;
        if (outgoing.Length == 0) ShutdownWrite();
        if (!(endReceived && endSent)) Reset(Http2Error.None, ChannelProblem.Closed);
        Release();
    }

    public override void Abort()
    {
        if (released) return;
        if (!(endReceived && endSent)) Reset(Http2Error.Cancel, ChannelProblem.Closed);
        Release();
    }

    internal void Answer(int status)
    {
        IsEstablished = true;
        if (Problem is null) Tunnel.Output.SendStatus(this, status, ends: false);
    }

    internal void Refuse(int status)
    {
        if (Problem is null)
        {
            endAsked = true;
            Tunnel.Output.SendStatus(this, status, ends: true);
            EndSent();
        }
        Close();
    }

    /// <summary>Bytes have come. They lie where the tunnel received them until the observer has had a look.</summary>
    /// <returns>How the stream must end for them; None: it need not.</returns>
    internal Http2Error Deliver(in FramePiece piece)
    {
        if (endReceived) return Http2Error.StreamClosed;
        receiveWindow -= piece.FlowBytes;
        if (receiveWindow < 0) return Http2Error.FlowControl;
        Credit(piece.FlowBytes - piece.Payload.Length);
        fixed (byte* pointer = piece.Payload)
        {
            arriving = pointer;
            arrivingLength = piece.Payload.Length;
            // Behind what is held already, so that it stays in order.
            if (incoming.Length > 0) KeepArriving();
            endReceived = piece.EndsFrame && piece.Header.Has(FrameFlags.EndStream);
            bool news = arrivingLength > 0 || incoming.Length > 0 || endReceived;
            if (news) NotifyReadable();
            KeepArriving();
        }
        ForgetWhenEnded();
        return Http2Error.None;
    }

    /// <summary>Trailers, or an answer that ends at once.</summary>
    internal void EndReceived()
    {
        if (endReceived) return;
        endReceived = true;
        NotifyReadable();
        ForgetWhenEnded();
    }

    internal void Consume(int count) => outgoing.Consume(count);

    internal void EndSent()
    {
        endSent = true;
        ForgetWhenEnded();
    }

    /// <summary>The room that the observer hears of.</summary>
    internal void NotifyWritable()
    {
        if (released || Problem is not null || outgoing.Length > 0) return;
        Guard(static stream => stream.Observer?.OnWritable(stream));
    }

    /// <summary>Tells the peer that the stream is over, with a reason.</summary>
    internal void Reset(Http2Error error, ChannelProblem problem)
    {
        if (Problem is not null) return;
        Tunnel.Output.SendReset(Id, error);
        if (!endReceived) Tunnel.ExpectLateBytes();
        Break(problem, canRetry: false);
    }

    /// <summary>The stream is broken: by the peer's reset, or with its tunnel.</summary>
    /// <param name="canRetry">The peer has not spoken of this stream: what it was for can be tried elsewhere.</param>
    internal void Break(ChannelProblem problem, bool canRetry)
    {
        if (Problem is not null || (endReceived && endSent)) return;
        Problem = problem;
        lost = canRetry;
        outgoing.Release();
        Tunnel.Forget(this);
        Opening?.Complete(TunnelOpening.Failed(problem, canRetry));
        Opening = null;
        if (!released) Guard(static stream => stream.Observer?.OnFailed(stream));
        // Who has not taken it by now does not come back for it.
        incoming.Release();
    }

    private int TakeHeld(Span<byte> destination)
    {
        int count = Math.Min(destination.Length, incoming.Length);
        new ReadOnlySpan<byte>(incoming.Pointer, count).CopyTo(destination);
        incoming.Consume(count);
        return count;
    }

    private int TakeArriving(Span<byte> destination)
    {
        int count = Math.Min(destination.Length, arrivingLength);
        new ReadOnlySpan<byte>(arriving, count).CopyTo(destination);
        arriving += count;
        arrivingLength -= count;
        return count;
    }

    private void KeepArriving()
    {
        if (released || Problem is not null) arrivingLength = 0;
        incoming.Append(arriving, arrivingLength);
        arriving = null;
        arrivingLength = 0;
    }

    /// <summary>Gives the peer room for what was taken, half a window at a time, and more to a stream whose reader takes it.</summary>
    private void Credit(int count)
    {
        uncredited += count;
        if (uncredited < windowBytes / 2 || endReceived || released || Problem is not null) return;
        int wider = Tunnel.Windows.Take(Math.Min(2 * windowBytes, Tunnel.Options.StreamWindowBytes) - windowBytes);
        windowBytes += wider;
        receiveWindow += uncredited + wider;
        Tunnel.Output.SendWindowUpdate(Id, uncredited + wider);
        uncredited = 0;
    }

    private void NotifyReadable() => Guard(static stream => stream.Observer?.OnReadable(stream));

    private void ForgetWhenEnded()
    {
        if (endReceived && endSent) Tunnel.Forget(this);
    }

    private void Release()
    {
        released = true;
        Tunnel.Windows.GiveBack(windowBytes - Tunnel.Options.FirstStreamWindowBytes);
        Observer = null;
        incoming.Release();
        outgoing.Release();
        arrivingLength = 0;
    }

    /// <summary>An observer that throws costs its own stream, not those that share the tunnel.</summary>
    private void Guard(Action<TunnelChannel> notify)
    {
        try
        {
            notify(this);
        }
        catch (Exception exception)
        {
            Loop.Report(exception);
            Observer = null;
            Abort();
        }
    }
}
