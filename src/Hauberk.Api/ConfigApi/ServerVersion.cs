namespace Hauberk.Api.ConfigApi;

/// <param name="Version">As the control plane was built ("0.1.0").</param>
public sealed record ServerVersion(string Version);
