using Hauberk.Net.Sockets;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Channels;

/// <summary>What a channel right on a socket needs: output the socket did not take, the end that waits behind it, and letting go.</summary>
public abstract unsafe class SocketChannel : ByteChannel
{
    private HeldOutput held;
    private bool finWaits;

    private protected SocketChannel(TcpConnection connection) : base(connection.Loop)
    {
        connection.Loop.VerifyCurrent();
        if (connection.Channel is not null) throw new InvalidOperationException("The connection already belongs to a channel.");
        Connection = connection;
        connection.Channel = this;
    }

    public TcpConnection Connection { get; }

    public override bool HasHeldOutput => held.Length > 0;

    public override bool IsBroken => Problem is not null || Connection.ErrorSeen;

    public override void Close() => Connection.Close();

    public override void Abort() => Connection.Abort();

    /// <summary>Sends now or holds; bytes already held stay in front.</summary>
    private protected ChannelWriteState SendOrHold(byte* source, int length)
    {
        int sent = 0;
        if (!HasHeldOutput)
        {
            sent = Connection.Send(source, length);
            if (sent == length) return ChannelWriteState.Sent;
            if (sent < 0 && sent != -EAGAIN) return Fail(ChannelProblem.ForErrno(-sent));
            // A short send has filled the socket: the try that is refused asks for the event that says when there is room.
            sent = sent < 0 ? 0 : SendRest(source, length, sent);
            if (sent == length) return ChannelWriteState.Sent;
            if (sent < 0) return ChannelWriteState.Failed;
        }
        held.Append(source + sent, length - sent);
        return ChannelWriteState.Held;
    }

    /// <summary>Sends FIN once everything held has gone out.</summary>
    private protected void ShutdownSocketAfterHeld()
    {
        finWaits = true;
        if (!HasHeldOutput) SendFin();
    }

    private protected ChannelWriteState Fail(ChannelProblem problem)
    {
        Problem ??= Explain(problem);
        held.Release();
        return ChannelWriteState.Failed;
    }

    /// <summary>The failure as the channel's user should hear of it, when more is known than the socket's error.</summary>
    private protected virtual ChannelProblem Explain(ChannelProblem problem) => problem;

    internal void OnSocketEvents(uint events)
    {
        if ((events & EPOLLOUT) != 0 && HasHeldOutput) Flush();
        if ((events & ~EPOLLOUT) != 0 && Connection.IsOpen) Observer?.OnReadable(this);
    }

    /// <summary>The connection is closed: lets go of what served it, and tells an observer who did not leave before.</summary>
    internal virtual void OnConnectionClosed()
    {
        held.Release();
        if (Observer is null) return;
        Problem ??= ChannelProblem.Closed;
        Observer.OnFailed(this);
    }

    internal void Cut(string reason)
    {
        if (!Connection.IsOpen) return;
        Problem ??= new ChannelProblem(ChannelProblemKind.Cut, reason);
        Abort();
    }

    private int SendRest(byte* source, int length, int sent)
    {
        while (sent < length)
        {
            int more = Connection.Send(source + sent, length - sent);
            if (more == -EAGAIN) break;
            if (more < 0)
            {
                Fail(ChannelProblem.ForErrno(-more));
                return -1;
            }
            sent += more;
        }
        return sent;
    }

    private void Flush()
    {
        while (HasHeldOutput)
        {
            int sent = Connection.Send(held.Pointer, held.Length);
            if (sent == -EAGAIN) return;
            if (sent < 0)
            {
                Fail(ChannelProblem.ForErrno(-sent));
                Observer?.OnFailed(this);
                return;
            }
            held.Consume(sent);
        }
        if (finWaits) SendFin();
        Observer?.OnWritable(this);
    }

    private void SendFin()
    {
        finWaits = false;
        Connection.ShutdownWrite();
    }
}
