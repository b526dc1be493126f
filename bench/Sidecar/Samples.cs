namespace Hauberk.Sidecar.Benchmarks;

/// <summary>Every measured value, by what was done, through whom, and what was measured; a value per round.</summary>
internal sealed class Samples
{
    private readonly Dictionary<(string Work, string Pair, string Metric), List<double>> _values = [];

    /// <summary>In the order of their first value.</summary>
    public IReadOnlyCollection<(string Work, string Pair, string Metric)> Keys => _values.Keys;

    public void Add(string work, string pair, string metric, double value)
    {
        if (!_values.TryGetValue((work, pair, metric), out var values)) _values[(work, pair, metric)] = values = [];
        values.Add(value);
    }

    public IReadOnlyList<double> Of(string work, string pair, string metric) => _values[(work, pair, metric)];
}
