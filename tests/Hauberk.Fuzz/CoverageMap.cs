using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Hauberk.Fuzz;

/// <summary>Which branches of the instrumented assemblies were taken, and roughly how often: what SharpFuzz's instrumentation counts.</summary>
internal sealed unsafe class CoverageMap
{
    private const int Size = 64 * 1024;

    // For as long as the process: instrumented code must always have somewhere to write.
    private readonly byte* counts = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] seen = new byte[Size];

    public CoverageMap() => Trace.SharedMem = counts;

    /// <summary>False: nothing is instrumented, so that nothing can guide the search.</summary>
    public bool HasSeenAny { get; private set; }

    public void Clear()
    {
        new Span<byte>(counts, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether a branch was taken that was not before, or one an order of magnitude more often.</summary>
    public bool TakeNew()
    {
        var isNew = false;
        for (var i = 0; i < Size; i++)
        {
            if (counts[i] == 0) continue;
            var bucket = BucketOf(counts[i]);
            isNew |= (seen[i] & bucket) == 0;
            seen[i] |= bucket;
        }
        HasSeenAny |= isNew;
        return isNew;
    }

    private static byte BucketOf(byte count) => count switch
    {
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
