namespace Hauberk.Net.Tunnel.Hpack;

/// <summary>One header, its bytes as Latin-1 text.</summary>
internal readonly record struct HeaderField(string Name, string Value)
{
    /// <summary>What a field counts for, in tables and in lists (RFC 7541, section 4.1).</summary>
    public int Bytes => Name.Length + Value.Length + 32;
}
