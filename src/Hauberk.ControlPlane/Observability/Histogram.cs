namespace Hauberk.ControlPlane.Observability;

/// <param name="bounds">Upper bounds of the buckets, ascending; one more bucket takes the rest.</param>
internal sealed class Histogram(double[] bounds)
{
    private readonly long[] counts = new long[bounds.Length + 1];
    private readonly Lock gate = new();
    private double sum;

    public void Observe(double value)
    {
        var bucket = Array.FindIndex(bounds, bound => value <= bound);
        lock (gate)
        {
            counts[bucket < 0 ? bounds.Length : bucket]++;
            sum += value;
        }
    }

    /// <summary>Cumulative, as Prometheus wants them; the last is the total.</summary>
    public (IReadOnlyList<(double Bound, long Count)> Buckets, double Sum) Read()
    {
        lock (gate)
        {
            var buckets = new List<(double, long)>(counts.Length);
            long total = 0;
            for (var i = 0; i < counts.Length; i++) buckets.Add((i < bounds.Length ? bounds[i] : double.PositiveInfinity, total += counts[i]));
            return (buckets, sum);
        }
    }
}
