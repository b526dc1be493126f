namespace Hauberk.Sidecar.Benchmarks.Report;

/// <summary>Holds what was measured against the budgets.</summary>
internal sealed class Verdicts(IReadOnlyList<Budget> budgets, Samples samples)
{
    /// <summary>A row for each value of Hauberk's and each peer measured beside it; without a peer where none was.</summary>
    public IReadOnlyList<Row> Rows() =>
        [.. samples.Keys.Where(key => key.Pair == ProxyPair.Hauberk).SelectMany(key => RowsOf(key.Work, key.Metric))];

    private IEnumerable<Row> RowsOf(string work, string metric)
    {
        var peers = samples.Keys.Where(key => key.Work == work && key.Metric == metric && key.Pair != ProxyPair.Hauberk).Select(key => key.Pair).ToList();
        // A budget on the value itself stands in a row of its own.
        if (peers.Count == 0 || BudgetOf(work, metric, null) is not null) yield return Absolute(work, metric);
        foreach (var peer in peers) yield return Beside(work, metric, peer);
    }

    private Row Absolute(string work, string metric)
    {
        var values = samples.Of(work, ProxyPair.Hauberk, metric);
        var value = Numbers.Median([.. values]);
        var budget = BudgetOf(work, metric, null);
        return new Row(work, samples.ThroughOf(work), metric, value, null, null, null, budget, budget is null ? null : value <= budget, Spread(values));
    }

    private Row Beside(string work, string metric, string peer)
    {
        var (ours, theirs) = (samples.Of(work, ProxyPair.Hauberk, metric), samples.Of(work, peer, metric));
        var (value, peerValue) = (Numbers.Median([.. ours]), Numbers.Median([.. theirs]));
        var budget = BudgetOf(work, metric, peer);
        var ratio = value / peerValue;
        return new Row(work, samples.ThroughOf(work), metric, value, peer, peerValue, ratio, budget, budget is null ? null : ratio <= budget,
            Spread([.. ours.Zip(theirs, (a, b) => a / b)]));
    }

    private double? BudgetOf(string work, string metric, string? peer) =>
        budgets.FirstOrDefault(b => b.Governs(work, samples.ThroughOf(work), metric, peer))?.AtMost;

    private static double Spread(IReadOnlyList<double> values) => (values.Max() - values.Min()) / Numbers.Median([.. values]);
}
