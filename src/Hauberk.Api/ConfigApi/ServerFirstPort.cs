namespace Hauberk.Api.ConfigApi;

/// <summary>A workload's port whose application was heard to speak before its client.</summary>
/// <param name="LastSeen">Null where the control plane did not say.</param>
public sealed record ServerFirstPort(int Port, DateTimeOffset? LastSeen);
