namespace Hauberk.Sidecar.Benchmarks.Report;

/// <summary>Holds what was measured against the budgets.</summary>
internal sealed class Verdicts
{
    private readonly IReadOnlyList<Budget> _budgets;
    private readonly Samples _samples;

    public Verdicts(IReadOnlyList<Budget> budgets, Samples samples)
    {
        (_budgets, _samples) = (budgets, samples);
        Rows = [.. samples.Keys.Where(key => ProxyPair.Ours.Contains(key.Pair)).SelectMany(key => RowsOf(key.Work, key.Pair, key.Metric))];
        Unmeasured = [.. budgets.Where(budget => !Rows.Any(row => budget.Governs(row.Work, row.Through, row.Metric, row.Peer)))];
    }

    /// <summary>A row for each value of Hauberk's and each peer measured beside it; without a peer where none was.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>Budgets that nothing was held against.</summary>
    public IReadOnlyList<Budget> Unmeasured { get; }

    private IEnumerable<Row> RowsOf(string work, string through, string metric)
    {
        var peers = _samples.Keys.Where(key => key.Work == work && key.Metric == metric && !ProxyPair.Ours.Contains(key.Pair)).Select(key => key.Pair).ToList();
        // A budget on the value itself stands in a row of its own.
        if (peers.Count == 0 || BudgetOf(work, through, metric, null) is not null) yield return Absolute(work, through, metric);
        foreach (var peer in peers) yield return Beside(work, through, metric, peer);
    }

    private Row Absolute(string work, string through, string metric)
    {
        var values = _samples.Of(work, through, metric);
        var value = Numbers.Median([.. values]);
        var budget = BudgetOf(work, through, metric, null);
        return new Row(work, through, metric, value, null, null, null, budget, budget is null ? null : value <= budget, Spread(values));
    }

    private Row Beside(string work, string through, string metric, string peer)
    {
        var (ours, theirs) = (_samples.Of(work, through, metric), _samples.Of(work, peer, metric));
        var (value, peerValue) = (Numbers.Median([.. ours]), Numbers.Median([.. theirs]));
        var budget = BudgetOf(work, through, metric, peer);
        var ratio = value / peerValue;
        return new Row(work, through, metric, value, peer, peerValue, ratio, budget, budget is null ? null : ratio <= budget,
            Spread([.. ours.Zip(theirs, (a, b) => a / b)]));
    }

    private double? BudgetOf(string work, string through, string metric, string? peer) =>
        _budgets.FirstOrDefault(b => b.Governs(work, through, metric, peer))?.AtMost;

    private static double Spread(IReadOnlyList<double> values) => (values.Max() - values.Min()) / Numbers.Median([.. values]);
}
