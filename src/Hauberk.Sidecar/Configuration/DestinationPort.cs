namespace Hauberk.Sidecar.Configuration;

/// <param name="Number">The service port; for a workload called by its own address, the workload port.</param>
/// <param name="Protocol">As the engine reads it: "http", "tcp", "auto", …</param>
public sealed record DestinationPort(int Number, string Name, string Protocol);
