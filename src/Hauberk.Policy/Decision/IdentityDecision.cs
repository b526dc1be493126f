namespace Hauberk.Policy.Decision;

/// <summary>Whether a proven identity may stand at the other end: a client's trust domain, or a server in the secure-naming set.</summary>
public readonly record struct IdentityDecision(bool IsAccepted, DecisionReason Reason);
