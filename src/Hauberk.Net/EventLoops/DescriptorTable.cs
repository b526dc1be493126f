namespace Hauberk.Net.EventLoops;

/// <summary>
/// Gives each watched descriptor a number for epoll to carry. The number holds the slot's generation, so that an event still in the
/// batch for a descriptor closed a moment ago reaches nobody, even when its slot has a new owner.
/// </summary>
internal sealed class DescriptorTable
{
    private readonly Stack<int> free = new();
    private Descriptor?[] owners = new Descriptor?[64];
    private uint[] generations = new uint[64];
    private int used;

    public int Count => used - free.Count;

    public ulong Add(Descriptor descriptor)
    {
        if (!free.TryPop(out int slot)) slot = Grow();
        owners[slot] = descriptor;
        descriptor.Slot = slot;
        return KeyOf(slot);
    }

    public ulong KeyOf(int slot) => (ulong)generations[slot] << 32 | (uint)slot;

    public Descriptor? Find(ulong key)
    {
        int slot = (int)(uint)key;
        return generations[slot] == (uint)(key >> 32) ? owners[slot] : null;
    }

    public void Remove(Descriptor descriptor)
    {
        int slot = descriptor.Slot;
        owners[slot] = null;
        generations[slot]++;
        free.Push(slot);
        descriptor.Slot = -1;
    }

    public Descriptor[] All() => [.. owners.OfType<Descriptor>()];

    private int Grow()
    {
        if (used == owners.Length)
        {
            Array.Resize(ref owners, used * 2);
            Array.Resize(ref generations, used * 2);
        }
        return used++;
    }
}
