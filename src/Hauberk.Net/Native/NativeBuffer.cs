using System.Runtime.InteropServices;

namespace Hauberk.Net.Native;

/// <summary>Memory outside the managed heap, counted in <see cref="NativeResources"/>. Free it exactly once.</summary>
internal static unsafe class NativeBuffer
{
    public static byte* Allocate(int bytes)
    {
        var pointer = (byte*)NativeMemory.Alloc((nuint)bytes);
        NativeResources.Acquired(NativeResourceKind.Buffer);
        return pointer;
    }

    public static byte* Resize(byte* pointer, int bytes) => (byte*)NativeMemory.Realloc(pointer, (nuint)bytes);

    public static void Free(byte* pointer)
    {
        if (pointer == null) return;
        NativeMemory.Free(pointer);
        NativeResources.Released(NativeResourceKind.Buffer);
    }
}
