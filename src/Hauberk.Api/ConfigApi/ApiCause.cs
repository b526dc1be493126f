namespace Hauberk.Api.ConfigApi;

/// <summary>One entry of details.causes in a Status.</summary>
/// <param name="Field">Path as Kubernetes writes it; empty where the object as a whole is meant.</param>
public sealed record ApiCause(string Field, string Reason, string Message);
