namespace Hauberk.Api.ConfigApi;

/// <param name="Limit">At most so many flows, the newest.</param>
/// <param name="Namespace">Only flows with an end in this namespace; null: all.</param>
/// <param name="Verdict">"allow", "deny" or null: both.</param>
public sealed record FlowQuery(int Limit = 50, string? Namespace = null, string? Verdict = null);
