using Hauberk.Net.Native;

namespace Hauberk.Net;

/// <summary>How this process's C library holds memory (mallopt(3), malloc_trim(3)).</summary>
public static class NativeHeap
{
    private const int M_TRIM_THRESHOLD = -1;

    /// <summary>
    /// Keeps up to <paramref name="bytes"/> of freed memory in each arena instead of giving it back to the system at once. Buffers of bursts come and
    /// go all the time, and each page that was given back costs a fault to have again.
    /// </summary>
    public static void Keep(int bytes) => _ = LibC.MallOpt(M_TRIM_THRESHOLD, bytes);

    /// <summary>Gives every page back that is free in any arena; who allocates meanwhile waits.</summary>
    public static void GiveBack() => _ = LibC.MallocTrim(0);
}
