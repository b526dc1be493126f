namespace Hauberk.Policy.Decision;

/// <summary>One endpoint as a client is about to call it.</summary>
/// <param name="Host">Fully qualified.</param>
/// <param name="ServicePort">The port the application called, not the workload port.</param>
/// <param name="EndpointMode">Effective server mode of the endpoint at its workload port.</param>
public readonly record struct ClientTlsFacts(
    string Host,
    string ServiceNamespace,
    int ServicePort,
    string? Subset,
    bool IsExternal,
    bool EndpointHasSidecar,
    ServerMode EndpointMode);
