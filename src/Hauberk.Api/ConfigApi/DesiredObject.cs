using System.Text.Json;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Api.ConfigApi;

/// <summary>
/// What apply sends, and whether it needs to. The resource says all of its object but what belongs to the server: status, and in metadata
/// everything besides labels and annotations; and a Service's virtual IP where the resource names none.
/// </summary>
internal static class DesiredObject
{
    private const string VirtualIp = "clusterIP";

    public static ReadOnlyMemory<byte> Create(Resource resource) => ResourceJson.Write(Document(resource));

    public static ReadOnlyMemory<byte> Replace(Resource resource, JsonElement stored)
    {
        var document = WithAllocatedAddress(resource, stored);
        var version = Text(((JsonElement?)stored).Field("metadata").Text("resourceVersion"));
        return ResourceJson.Write(document.With("metadata", Mapping(document, "metadata").With("resourceVersion", version)));
    }

    public static bool IsStored(Resource resource, JsonElement stored)
    {
        var desired = JsonElement.Parse(ResourceJson.Write(WithAllocatedAddress(resource, stored)).Span);
        return SameField(desired.Field("metadata"), stored.Field("metadata"), "labels")
            && SameField(desired.Field("metadata"), stored.Field("metadata"), "annotations")
            && desired.EnumerateObject().Concat(stored.EnumerateObject()).Select(field => field.Name).Distinct()
                .Where(name => name is not ("apiVersion" or "kind" or "metadata" or "status"))
                .All(name => SameField(desired, stored, name));
    }

    /// <summary>Absent, null and {} are the same.</summary>
    private static bool SameField(JsonElement? left, JsonElement? right, string name) =>
        (Given(left.Field(name)), Given(right.Field(name))) switch
        {
            (null, null) => true,
            ({ } one, { } other) => JsonElement.DeepEquals(one, other),
            _ => false,
        };

    private static JsonElement? Given(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Object } map && !map.EnumerateObject().Any() ? null : value;

    private static MappingNode Document(Resource resource)
    {
        var document = resource.Document.Without("status");
        var metadata = Mapping(document, "metadata").Without("resourceVersion").Without("uid");
        if (resource.Metadata.Namespace.Length > 0) metadata = metadata.With("namespace", Text(resource.Metadata.Namespace));
        return document.With("metadata", metadata);
    }

    private static MappingNode WithAllocatedAddress(Resource resource, JsonElement stored)
    {
        var document = Document(resource);
        var spec = Mapping(document, "spec");
        var allocated = ((JsonElement?)stored).Field("spec").Text(VirtualIp);
        return resource is ServiceResource { ClusterIp: null } && allocated.Length > 0
            ? document.With("spec", spec.With(VirtualIp, Text(allocated)))
            : document;
    }

    private static MappingNode Mapping(MappingNode parent, string key) =>
        parent.TryGet(key, out var value) && value is MappingNode mapping ? mapping : MappingNode.Empty;

    private static ScalarNode Text(string value) => new(value, ScalarKind.Text, default);
}
