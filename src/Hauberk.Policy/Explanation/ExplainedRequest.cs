namespace Hauberk.Policy.Explanation;

/// <summary>The HTTP request to explain with, where the port is handled as HTTP.</summary>
/// <param name="Host">Null: the called host.</param>
public sealed record ExplainedRequest(string Method = "GET", string Path = "/", string? Host = null);
