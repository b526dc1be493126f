namespace Hauberk.Policy.Benchmarks;

/// <summary>What a benchmark may cost per operation.</summary>
internal sealed record Budget(double Nanoseconds, long AllocatedBytes);
