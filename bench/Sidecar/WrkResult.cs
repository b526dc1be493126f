namespace Hauberk.Sidecar.Benchmarks;

/// <summary>What report.lua says at the end.</summary>
internal sealed record WrkResult(double Requests, double DurationUs, double Bytes, double P50Us, double P99Us, double Errors)
{
    public double RequestsPerSecond => Requests / DurationUs * 1e6;

    public double BytesPerSecond => Bytes / DurationUs * 1e6;
}
