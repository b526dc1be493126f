using System.Runtime.InteropServices;
using Hauberk.Net.EventLoops;

namespace Hauberk.Net.Tests.Support;

/// <summary>What the process holds now: sockets, memory of the managed heap and of the C library's, and the native things that the library counts.</summary>
internal sealed partial record Footprint(int Sockets, long ManagedBytes, long NativeBytes, long NativeResources)
{
    // What a run leaves behind for the next: caches of the runtime's and of OpenSSL's, pooled tasks, grown tables.
    private const long ToleratedBytes = 2 * 1024 * 1024;

    public long Bytes => ManagedBytes + NativeBytes;

    public static Footprint Take()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return new Footprint(
            Directory.GetFiles("/proc/self/fd").Count(IsSocket), GC.GetTotalMemory(forceFullCollection: true), (long)MallInfo().UsedBytes, Net.NativeResources.Outstanding);
    }

    /// <summary>Waits until the process holds what it held then; the applications of a test, too, take a moment to close their ends.</summary>
    public async Task UntilBackAsync()
    {
        var deadline = Deadline.After((int)LoopTest.Patience.TotalMilliseconds);
        for (Footprint now = Take(); !IsBack(now); now = Take())
        {
            Assert.False(deadline.HasPassed, $"{this} became {now}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    // The runtime opens files when it likes.
    private static bool IsSocket(string descriptor) => new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true;

    private bool IsBack(Footprint now) =>
        now.Sockets <= Sockets && now.NativeResources <= NativeResources && now.Bytes <= Bytes + ToleratedBytes;

    [LibraryImport("libc", EntryPoint = "mallinfo2"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial MallocState MallInfo();

    /// <summary>struct mallinfo2, mallinfo(3).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MallocState
    {
        private readonly nuint arena, ordblks, smblks, hblks;
        private readonly nuint mappedBytes, usmblks, fsmblks;
        private readonly nuint usedBytes;
        private readonly nuint fordblks, keepcost;

        public readonly nuint UsedBytes => usedBytes + mappedBytes;
    }
}
