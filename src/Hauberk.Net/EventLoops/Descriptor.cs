using Hauberk.Net.Native;

namespace Hauberk.Net.EventLoops;

/// <summary>A file descriptor that belongs to one event loop, which closes it at the latest when the loop itself ends.</summary>
public abstract class Descriptor
{
    private protected Descriptor(EventLoop loop, int fd)
    {
        Loop = loop;
        Fd = fd;
        NativeResources.Acquired(NativeResourceKind.Descriptor);
    }

    /// <summary>The loop whose thread alone may use this object.</summary>
    public EventLoop Loop { get; }

    public bool IsOpen => Fd >= 0;

    internal int Fd { get; private set; }

    /// <summary>Place in the loop's table, or -1 while not watched.</summary>
    internal int Slot { get; set; } = -1;

    /// <summary>Called on the loop's thread with what epoll reported.</summary>
    internal abstract void OnEvents(uint events);

    /// <summary>Called when the owner cannot go on: <paramref name="reason"/> is for its users to see. Must close the descriptor.</summary>
    internal abstract void Cut(string reason);

    private protected void CloseDescriptor()
    {
        if (Fd < 0) return;
        Loop.Unwatch(this);
        _ = LibC.Close(Fd);
        Fd = -1;
        NativeResources.Released(NativeResourceKind.Descriptor);
    }
}
