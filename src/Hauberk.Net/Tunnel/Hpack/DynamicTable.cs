namespace Hauberk.Net.Tunnel.Hpack;

/// <summary>The fields that a peer had us remember, the newest first, within a size (RFC 7541, section 2.3.2).</summary>
internal sealed class DynamicTable
{
    private readonly LinkedList<HeaderField> fields = [];
    private readonly int maxBytes;
    private int limitBytes;

    public DynamicTable(int maxBytes) => this.maxBytes = limitBytes = maxBytes;

    public int Bytes { get; private set; }

    public int Count => fields.Count;

    /// <summary>False: more than was ever allowed.</summary>
    public bool TryLimit(int bytes)
    {
        if (bytes > maxBytes) return false;
        limitBytes = bytes;
        Evict(0);
        return true;
    }

    /// <param name="index">From 0, the newest.</param>
    public bool TryGet(int index, out HeaderField field)
    {
        field = default;
        if (index >= fields.Count) return false;
        LinkedListNode<HeaderField> node = fields.First!;
        for (int i = 0; i < index; i++) node = node.Next!;
        field = node.Value;
        return true;
    }

    /// <summary>One larger than the table empties it, which is no error (RFC 7541, section 4.4).</summary>
    public void Add(HeaderField field)
    {
        Evict(field.Bytes);
        if (field.Bytes > limitBytes) return;
        fields.AddFirst(field);
        Bytes += field.Bytes;
    }

    private void Evict(int coming)
    {
        while (fields.Last is { } oldest && Bytes + coming > limitBytes)
        {
            Bytes -= oldest.Value.Bytes;
            fields.RemoveLast();
        }
    }
}
