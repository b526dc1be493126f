using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Hauberk.ControlPlane.Store;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>From a request's body to the one resource that its path speaks of.</summary>
internal static class ResourceReading
{
    /// <param name="name">Null: the body names it (create).</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> body, ResourceRoute route, string? @namespace, string? name,
        [NotNullWhen(true)] out Resource? resource, [NotNullWhen(false)] out ApiFailure? failure)
    {
        resource = null;
        var read = ResourceReader.Read(body, "body");
        if (read.HasErrors)
        {
            failure = Refuse(read.Problems, route.Key(@namespace, name ?? ""));
            return false;
        }
        failure = read.Resources is [var only]
            ? CheckAgainstPath(only, route, @namespace, name)
            : ApiFailure.BadRequest($"the body holds {read.Resources.Length} resources, not one");
        resource = failure is null ? read.Resources[0] : null;
        return resource is not null;
    }

    private static ApiFailure Refuse(ImmutableArray<PolicyProblem> problems, ResourceKey key)
    {
        var errors = problems.Where(static p => p.Severity == ProblemSeverity.Error).ToImmutableArray();
        // Where not even the document can be read there is no field to name.
        return errors.Any(static e => e.FieldPath.Length == 0 && e.Code is ProblemCodes.Syntax or ProblemCodes.Encoding or ProblemCodes.NotAResource)
            ? ApiFailure.BadRequest(string.Join("; ", errors.Select(static e => e.ToString())))
            : ApiFailure.Invalid(key, [.. errors.Select(FailureCause.Of)]);
    }

    private static ApiFailure? CheckAgainstPath(Resource resource, ResourceRoute route, string? @namespace, string? name)
    {
        if (resource.Kind != route.Kind.Name || resource.ApiVersion != route.ApiVersion)
            return ApiFailure.BadRequest($"the body holds a {resource.Kind} of {resource.ApiVersion}, the path asks for a {route.Kind.Name} of {route.ApiVersion}");
        if (name is not null && resource.Metadata.Name != name)
            return ApiFailure.BadRequest($"the name in the body ({resource.Metadata.Name}) is not that of the path ({name})");
        return NamespaceOf(resource) is { } written && written != @namespace
            ? ApiFailure.BadRequest($"the namespace in the body ({written}) is not that of the path ({@namespace})")
            : null;
    }

    /// <summary>As written; null where it was left to the path.</summary>
    private static string? NamespaceOf(Resource resource) =>
        resource.Document.TryGet("metadata", out var metadata) && metadata is MappingNode fields
        && fields.TryGet("namespace", out var value) && value is ScalarNode { Kind: ScalarKind.Text, Value.Length: > 0 } text ? text.Value : null;
}
