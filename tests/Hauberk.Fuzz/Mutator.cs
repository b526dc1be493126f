using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Fuzz;

/// <summary>Makes new inputs from known ones: bytes changed, put in, taken out, doubled; parts and words of others put in.</summary>
[SuppressMessage("Security", "CA5394", Justification = "Repeatable on purpose; nothing secret depends on it.")]
internal sealed class Mutator(int seed, int maxLength)
{
    private static readonly byte[] Interesting = [0, 1, 9, 10, 32, 34, 37, 42, 46, 47, 58, 92, 123, 125, 127, 128, 192, 254, 255];

    private readonly Random random = new(seed);

    public byte[] Mutate(IReadOnlyList<byte[]> known)
    {
        var input = new List<byte>(Pick(known));
        for (var changes = 1 + random.Next(6); changes > 0; changes--) Change(input, Pick(known));
        if (input.Count > maxLength) input.RemoveRange(maxLength, input.Count - maxLength);
        return [.. input];
    }

    private void Change(List<byte> input, byte[] other)
    {
        var at = random.Next(input.Count + 1);
        switch (random.Next(8))
        {
            case 0 when at < input.Count: input[at] ^= (byte)(1 << random.Next(8)); break;
            case 1 when at < input.Count: input[at] = (byte)random.Next(256); break;
            case 2 when at < input.Count: input[at] = Interesting[random.Next(Interesting.Length)]; break;
            case 3 when at < input.Count: input.RemoveRange(at, Length(input.Count - at)); break;
            case 4: input.Insert(at, Interesting[random.Next(Interesting.Length)]); break;
            case 5 when at < input.Count: input.InsertRange(at, input.GetRange(at, Length(input.Count - at))); break;
            case 6: input.InsertRange(at, Part(other)); break;
            default: input.RemoveRange(at, input.Count - at); input.AddRange(Part(other)); break;
        }
    }

    private ArraySegment<byte> Part(byte[] other)
    {
        if (other.Length == 0) return other;
        var start = random.Next(other.Length);
        return new(other, start, Length(other.Length - start));
    }

    // Short parts are the likely ones.
    private int Length(int most) => Math.Max(1, random.Next(4) == 0 ? random.Next(most + 1) : random.Next(Math.Min(most, 16) + 1));

    private byte[] Pick(IReadOnlyList<byte[]> known) => known[random.Next(known.Count)];
}
