using Hauberk.Policy.Decision;

namespace Hauberk.Policy.Resolution;

/// <param name="Number">The service port; for a workload called by its own address, the workload port.</param>
public sealed record ResolvedPort(int Number, string Name, DeclaredProtocol Protocol);
