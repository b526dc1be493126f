namespace Hauberk.Fuzz;

/// <summary>Something that reads bytes from outside. It must answer any bytes, in time, and throw nothing.</summary>
internal interface IFuzzTarget
{
    string Name { get; }

    /// <exception cref="Exception">A finding: the code under test threw, or a property does not hold.</exception>
    void Fuzz(ReadOnlySpan<byte> input);
}
