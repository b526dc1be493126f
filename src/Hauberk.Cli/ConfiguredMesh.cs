using System.Collections.Immutable;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Cli;

/// <param name="Warnings">Of reading and validation; the control plane gave its own when it accepted what is live.</param>
/// <param name="IsLive">True: of the running mesh, so that places in files mean nothing.</param>
internal sealed record ConfiguredMesh(ResourceSet Resources, ImmutableArray<PolicyProblem> Warnings, bool IsLive);
