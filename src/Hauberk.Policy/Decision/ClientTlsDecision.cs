using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Decision;

/// <param name="Settings">The DestinationRule's settings where they decide; else null.</param>
/// <param name="Rule">"namespace/name" of the deciding DestinationRule; else null.</param>
public readonly record struct ClientTlsDecision(ClientTls Tls, DecisionReason Reason, ClientTlsSettings? Settings, string? Rule);
