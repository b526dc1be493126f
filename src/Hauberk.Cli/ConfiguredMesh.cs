using System.Collections.Immutable;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Cli;

/// <param name="Warnings">Of reading and validation; the control plane gave its own when it accepted what is live.</param>
/// <param name="Session">With the running mesh that it is of; null: it is of files.</param>
internal sealed record ConfiguredMesh(ResourceSet Resources, ImmutableArray<PolicyProblem> Warnings, Session? Session)
{
    /// <summary>True: places in files mean nothing.</summary>
    public bool IsLive => Session is not null;
}
