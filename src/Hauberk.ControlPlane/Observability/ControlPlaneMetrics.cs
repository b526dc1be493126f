namespace Hauberk.ControlPlane.Observability;

/// <summary>What the program counts as it goes; gauges are read from their owners when asked for.</summary>
internal sealed class ControlPlaneMetrics
{
    public Counter ApiUnauthorized { get; } = new();

    public Counter CertificatesIssued { get; } = new();

    public Counter EnrolmentsRefused { get; } = new();

    public Counter HandshakesRefused { get; } = new();

    public Counter ConnectionsRefused { get; } = new();

    public Counter StreamsRefused { get; } = new();

    public Counter ResponsesSent { get; } = new();

    public Counter ResourcesSent { get; } = new();

    /// <summary>NACKs.</summary>
    public Counter ResponsesRejected { get; } = new();

    public Counter FlowsAccepted { get; } = new();

    /// <summary>Reported lost by sidecars.</summary>
    public Counter FlowsDropped { get; } = new();

    /// <summary>From a write to the moment a sidecar was sent what it changed; seconds.</summary>
    public Histogram PushSeconds { get; } = new([0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
}
