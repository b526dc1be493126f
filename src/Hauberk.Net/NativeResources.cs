namespace Hauberk.Net;

/// <summary>Counts every native thing this library holds in the process, so that a leak is a number and not a suspicion.</summary>
public static class NativeResources
{
    private static readonly long[] Held = new long[Enum.GetValues<NativeResourceKind>().Length];

    /// <summary>How many native things are held now, of all kinds.</summary>
    public static long Outstanding
    {
        get
        {
            long total = 0;
            for (int kind = 0; kind < Held.Length; kind++) total += Interlocked.Read(ref Held[kind]);
            return total;
        }
    }

    public static long OutstandingOf(NativeResourceKind kind) => Interlocked.Read(ref Held[(int)kind]);

    internal static void Acquired(NativeResourceKind kind) => Interlocked.Increment(ref Held[(int)kind]);

    internal static void Released(NativeResourceKind kind) => Interlocked.Decrement(ref Held[(int)kind]);
}
