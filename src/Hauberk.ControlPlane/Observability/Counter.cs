namespace Hauberk.ControlPlane.Observability;

/// <summary>A number that only grows.</summary>
internal sealed class Counter
{
    private long value;

    public long Value => Interlocked.Read(ref value);

    public void Increment() => Interlocked.Increment(ref value);

    public void Add(long amount) => Interlocked.Add(ref value, amount);
}
