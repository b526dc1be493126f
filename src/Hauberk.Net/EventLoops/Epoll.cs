using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.EventLoops;

/// <summary>One epoll instance with room for a batch of events (epoll(7)).</summary>
internal sealed unsafe class Epoll : IDisposable
{
    private const int BatchSize = 256;

    // The kernel packs struct epoll_event on x86-64 only.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventBytes = DataOffset + sizeof(ulong);

    private readonly int fd;
    private readonly byte* events;

    public Epoll()
    {
        fd = LibC.EpollCreate1(EPOLL_CLOEXEC);
        if (fd < 0) throw SystemCallException.ForLastError("epoll_create1");
        NativeResources.Acquired(NativeResourceKind.Descriptor);
        events = NativeBuffer.Allocate(BatchSize * EventBytes);
    }

    public void Add(int target, uint interest, ulong key) => Change(EPOLL_CTL_ADD, target, interest, key);

    public void Modify(int target, uint interest, ulong key) => Change(EPOLL_CTL_MOD, target, interest, key);

    /// <summary>Waits for a batch; 0 when the time passed or a signal came.</summary>
    /// <param name="timeoutMs">0 does not wait, -1 waits without end.</param>
    public int Wait(int timeoutMs)
    {
        int count = LibC.EpollWait(fd, events, BatchSize, timeoutMs);
        if (count >= 0) return count;
        if (Marshal.GetLastPInvokeError() == EINTR) return 0;
        throw SystemCallException.ForLastError("epoll_wait");
    }

    public (uint Events, ulong Key) this[int index]
    {
        get
        {
            byte* entry = events + index * EventBytes;
            return (Unsafe.ReadUnaligned<uint>(entry), Unsafe.ReadUnaligned<ulong>(entry + DataOffset));
        }
    }

    public void Dispose()
    {
        NativeBuffer.Free(events);
        _ = LibC.Close(fd);
        NativeResources.Released(NativeResourceKind.Descriptor);
    }

    private void Change(int operation, int target, uint interest, ulong key)
    {
        byte* entry = stackalloc byte[16];
        Unsafe.WriteUnaligned(entry, interest);
        Unsafe.WriteUnaligned(entry + DataOffset, key);
        if (LibC.EpollCtl(fd, operation, target, entry) != 0) throw SystemCallException.ForLastError("epoll_ctl");
    }
}
