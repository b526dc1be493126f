using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Registry;

/// <summary>Something that a client can call.</summary>
/// <param name="Name">"namespace/host", or "workload/namespace/name".</param>
/// <param name="Source">The resource that says so.</param>
internal sealed record NamedDestination(string Name, ResolvedDestination Resolved, Resource Source)
{
    public const string WorkloadPrefix = "workload/";

    public static NamedDestination OfService(ResolvedDestination resolved, Resource source) =>
        new($"{resolved.Namespace}/{resolved.Host.ToLowerInvariant()}", resolved, source);

    public static NamedDestination OfWorkload(ResolvedDestination resolved, WorkloadEntryResource source) =>
        new(WorkloadPrefix + source.QualifiedName, resolved, source);

    /// <summary>
    /// Something behind it speaks mesh mTLS. A service without endpoints counts too: while nothing is known of them, nothing may be sent to
    /// it in the clear.
    /// </summary>
    public bool IsMeshed => !Resolved.IsExternal && (Resolved.Endpoints.IsEmpty || Resolved.Endpoints.Any(static e => e.HasSidecar));

    /// <summary>What an application may call it by.</summary>
    public IEnumerable<string> Keys => Resolved.Addresses.Select(static a => Claim.Canonical(a) ?? a)
        .Concat(Source is WorkloadEntryResource ? [] : [Resolved.Host.ToLowerInvariant()]).Distinct();
}
