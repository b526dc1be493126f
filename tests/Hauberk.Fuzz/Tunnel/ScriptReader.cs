namespace Hauberk.Fuzz.Tunnel;

/// <summary>Takes the bytes of a script; beyond its end there are zeroes.</summary>
internal sealed class ScriptReader(byte[] bytes)
{
    private int at;

    public bool IsAtEnd => at >= bytes.Length;

    public byte Next() => at < bytes.Length ? bytes[at++] : (byte)0;

    public byte[] Next(int count)
    {
        var part = bytes.AsSpan(Math.Min(at, bytes.Length));
        part = part[..Math.Min(count, part.Length)];
        at += count;
        return part.ToArray();
    }
}
