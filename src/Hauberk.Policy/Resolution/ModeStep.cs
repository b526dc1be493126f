using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>One link of the chain that leads to a server mode.</summary>
/// <param name="Policy">"namespace/name" of the PeerAuthentication used in this scope; null where there is none.</param>
/// <param name="Written">What it says; null where it says nothing.</param>
/// <param name="Mode">What holds after this scope.</param>
public sealed record ModeStep(ModeScope Scope, string? Policy, MutualTlsMode? Written, ServerMode Mode);
