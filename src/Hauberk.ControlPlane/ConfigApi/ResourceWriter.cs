using System.Collections.Immutable;
using System.Globalization;
using Hauberk.ControlPlane.Registry;
using Hauberk.ControlPlane.Store;
using Hauberk.Identity;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>Takes a resource in: stamps it, validates it, sees that it claims nothing that is another's, and stores it.</summary>
internal sealed class ResourceWriter(IResourceStore store, ClaimLedger claims, TrustDomain trustDomain, TimeProvider clock)
{
    public async Task<WrittenResource> CreateAsync(ResourceRoute route, Resource resource, bool isDryRun, CancellationToken cancellation)
    {
        var key = route.Key(resource.Metadata.Namespace, resource.Metadata.Name);
        if (store.Current.Get(key) is not null) return new(ApiFailure.AlreadyExists(key));
        if (resource.Metadata.ResourceVersion.Length > 0) return new(ApiFailure.BadRequest("resourceVersion must not be set on a resource that is created"));
        var document = resource.Document.Stamp(key.Namespace, Guid.NewGuid().ToString(), clock.GetUtcNow(), status: null);
        var written = await AdmitAsync(key, document, null, 0, isDryRun, cancellation);
        return written.Failure is { Code: StatusCodes.Status409Conflict, Reason: "Conflict" } ? new(ApiFailure.AlreadyExists(key)) : written;
    }

    /// <summary>Replaces what is there; with a resourceVersion in <paramref name="resource"/>, only that.</summary>
    public async Task<WrittenResource> UpdateAsync(ResourceRoute route, Resource resource, bool isDryRun, CancellationToken cancellation)
    {
        var key = route.Key(resource.Metadata.Namespace, resource.Metadata.Name);
        if (store.Current.Get(key) is not { } existing) return new(ApiFailure.NotFound(key));
        long? ifRevision = null;
        if (resource.Metadata.ResourceVersion is { Length: > 0 } text && text != "0")
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var named))
                return new(ApiFailure.BadRequest("metadata.resourceVersion is not one that this server gave"));
            ifRevision = named;
        }
        if (ifRevision is { } expected && expected != existing.Revision) return new(ApiFailure.Of(new(WriteOutcome.Conflict), key));
        var before = ReadStored(existing);
        if (resource.Metadata.Uid.Length > 0 && resource.Metadata.Uid != before.Metadata.Uid)
            return new(ApiFailure.Conflict(key, $"its uid is {before.Metadata.Uid}, not {resource.Metadata.Uid}: it was deleted and created again"));
        var document = resource.Document.Stamp(
            key.Namespace, before.Metadata.Uid, before.Metadata.CreationTimestamp ?? clock.GetUtcNow(), before.Document.Status());
        return await AdmitAsync(key, document, before, ifRevision ?? existing.Revision, isDryRun, cancellation);
    }

    public async Task<WrittenResource> DeleteAsync(ResourceKey key, long? ifRevision, CancellationToken cancellation)
    {
        using var held = await claims.HoldAsync(key.GroupResource, cancellation);
        var result = await store.DeleteAsync(key, ifRevision, cancellation);
        if (!result.IsDone) return new(ApiFailure.Of(result, key));
        held.Release(key);
        return new(result.Resource!, result.Revision, []);
    }

    public static Resource ReadStored(StoredResource stored) =>
        ResourceReader.Read(stored.Json, stored.Key.ToString()) is { Resources: [var resource] }
            ? resource
            : throw new InvalidDataException($"what is stored as {stored.Key} cannot be read");

    private async Task<WrittenResource> AdmitAsync(
        ResourceKey key, MappingNode document, Resource? before, long ifRevision, bool isDryRun, CancellationToken cancellation)
    {
        // Held from the check to the write, so that two claims to one thing cannot both be found free.
        using var held = await claims.HoldAsync(key.GroupResource, cancellation);
        document = Complete(key, document, before, held);
        var read = ResourceReader.Read(document);
        if (read.HasErrors) return new(ApiFailure.Invalid(key, Causes(read.Problems)));
        var resource = read.Resources.Single();
        var problems = read.Problems.AddRange(Validate(resource));
        var causes = Causes(problems).AddRange(CheckReserved(resource)).AddRange(CheckTrustDomain(resource)).AddRange(held.Check(key, resource, before).Select(FailureCause.Of));
        if (!causes.IsEmpty) return new(ApiFailure.Invalid(key, causes));

        var json = StoredDocument.Write(document);
        var warnings = Warnings(problems, key, held.RootNamespace);
        if (isDryRun) return new(new StoredResource(key, before is null ? 0 : ifRevision, json), 0, warnings);
        var result = await store.WriteAsync(key, json, ifRevision, cancellation);
        if (!result.IsDone) return new(ApiFailure.Of(result, key));
        held.Take(key, resource);
        return new(result.Resource!, result.Revision, warnings);
    }

    /// <summary>Writes out what the server chooses where the operator did not: it is seen, and stays.</summary>
    private static MappingNode Complete(ResourceKey key, MappingNode document, Resource? before, HeldClaims held) => ResourceReader.Read(document).Resources switch
    {
        [ServiceResource service] when held.AddressFor(key, service, before as ServiceResource) is { } address => document.WithSpecField("clusterIP", address),
        _ => document,
    };

    private ImmutableArray<FailureCause> CheckTrustDomain(Resource resource) =>
        resource is MeshConfigResource mesh && MeshConfigDefault.Complete(mesh, trustDomain).TrustDomain != trustDomain.Name
            ? [new("spec.trustDomain", FailureCause.Invalid, $"this control plane was started for the trust domain {trustDomain}; changing it is not supported")]
            : [];

    private ImmutableArray<string> Warnings(ImmutableArray<PolicyProblem> problems, ResourceKey key, string rootNamespace)
    {
        var warnings = problems.Where(static p => p.Severity == ProblemSeverity.Warning)
            .Select(static p => $"{(p.FieldPath.Length == 0 ? "" : p.FieldPath + ": ")}{p.Message} ({p.Code})").ToImmutableArray();
        if (key.Namespace == SpiffeId.SystemNamespace && key.Namespace != rootNamespace)
            return warnings.Add($"no workload can be in {key.Namespace}, which is the mesh's own; what is for the whole mesh goes to {rootNamespace}");
        var isKnown = key.Namespace.Length == 0 || store.Current.Get(new ResourceKey("", "namespaces", "", key.Namespace)) is not null;
        return isKnown ? warnings : warnings.Add($"there is no Namespace {key.Namespace}; the resource counts all the same");
    }

    private static ImmutableArray<PolicyProblem> Validate(Resource resource) => ResourceValidator.Validate(resource);

    private static ImmutableArray<FailureCause> Causes(ImmutableArray<PolicyProblem> problems) =>
        [.. problems.Where(static p => p.Severity == ProblemSeverity.Error).Select(FailureCause.Of)];

    /// <summary>Nothing may register where the mesh's own programs have their identities.</summary>
    private static ImmutableArray<FailureCause> CheckReserved(Resource resource) =>
        resource.Metadata.Namespace == SpiffeId.SystemNamespace
        && resource is WorkloadEntryResource or WorkloadGroupResource or ServiceEntryResource
            ? [new("metadata.namespace", FailureCause.Forbidden, $"the namespace {SpiffeId.SystemNamespace} is the mesh's own: no workload can be registered in it")]
            : [];
}
