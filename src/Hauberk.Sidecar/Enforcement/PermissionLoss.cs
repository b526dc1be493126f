using Hauberk.Identity;
using Hauberk.Policy.Decision;

namespace Hauberk.Sidecar.Enforcement;

/// <summary>Why a live connection may not go on under the snapshot that is current now.</summary>
/// <param name="Rule">The deciding rule; null for a default.</param>
/// <param name="Problem">Where the peer's certificate is no longer vouched for; else null.</param>
internal sealed record PermissionLoss(DecisionReason Reason, string? Rule = null, IdentityProblem? Problem = null);
