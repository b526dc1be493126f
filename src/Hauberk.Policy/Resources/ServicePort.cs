namespace Hauberk.Policy.Resources;

public sealed record ServicePort
{
    public required int Number { get; init; }
    public string Name { get; init; } = "";

    /// <summary>Transport of a Service port ("TCP", "UDP") or application protocol of a ServiceEntry port ("HTTP", "TLS", …; empty where not given).</summary>
    public string Protocol { get; init; } = "TCP";
    public string? AppProtocol { get; init; }

    /// <summary>Workload port as a number; null: <see cref="TargetPortName"/> where given, else the same as <see cref="Number"/>.</summary>
    public int? TargetPort { get; init; }

    /// <summary>Workload port by name: looked up in the endpoint's own port map.</summary>
    public string? TargetPortName { get; init; }
}
