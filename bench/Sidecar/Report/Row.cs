namespace Hauberk.Sidecar.Benchmarks.Report;

/// <summary>One measured value of Hauberk's, beside a peer's and a budget where there are such.</summary>
/// <param name="Through">"plain" or "tunnel": the pair, and where connections are part of it the way that each of them has a record of.</param>
/// <param name="Value">Median over the rounds.</param>
/// <param name="PeerValue">Median over the rounds.</param>
/// <param name="Ratio"><paramref name="Value"/> over <paramref name="PeerValue"/>; null without a peer.</param>
/// <param name="Budget">Bounds the ratio; without a peer, the value.</param>
/// <param name="Spread">Of the rounds' ratios (without a peer: values), the greatest less the least, over the median.</param>
internal sealed record Row(
    string Work, string Through, string Metric, double Value, string? Peer, double? PeerValue, double? Ratio, double? Budget, bool? Met, double Spread);
