using Hauberk.Net.Native;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.EventLoops;

/// <summary>
/// Work handed to a loop from any thread, in order. Work queued while a batch runs waits for the next turn, so that sockets get
/// their turn in between.
/// </summary>
internal sealed unsafe class WorkQueue : Descriptor
{
    private readonly Lock gate = new();
    private List<Item> incoming = [];
    private List<Item> running = [];
    private bool closed;

    public WorkQueue(EventLoop loop) : base(loop, OpenEventFd())
    {
    }

    public bool HasWork
    {
        get { lock (gate) return incoming.Count > 0; }
    }

    /// <summary>False when the loop has ended and will run nothing any more.</summary>
    public bool TryAdd(SendOrPostCallback callback, object? state, bool fromLoop)
    {
        lock (gate)
        {
            if (closed) return false;
            incoming.Add(new Item(callback, state));
            // The write stays under the lock: after Close nobody may touch a descriptor number that may have a new owner.
            if (incoming.Count == 1 && !fromLoop) Signal();
        }
        return true;
    }

    public void RunAll()
    {
        lock (gate) (incoming, running) = (running, incoming);
        foreach (Item item in running)
        {
            try
            {
                item.Callback(item.State);
            }
            catch (Exception exception)
            {
                Loop.Report(exception);
            }
        }
        running.Clear();
    }

    /// <summary>Takes no more work; what came last is returned for the caller to run elsewhere.</summary>
    public List<Item> Close()
    {
        lock (gate)
        {
            closed = true;
            CloseDescriptor();
            return incoming;
        }
    }

    internal override void OnEvents(uint events)
    {
        ulong count;
        _ = LibC.Read(Fd, &count, sizeof(ulong));
    }

    // The queue outlives every other descriptor of its loop: it is closed by Close alone.
    internal override void Cut(string reason)
    {
    }

    private static int OpenEventFd()
    {
        int fd = LibC.EventFd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        return fd >= 0 ? fd : throw SystemCallException.ForLastError("eventfd");
    }

    private void Signal()
    {
        ulong one = 1;
        _ = LibC.Write(Fd, &one, sizeof(ulong));
    }

    public readonly record struct Item(SendOrPostCallback Callback, object? State);
}
