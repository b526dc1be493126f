using System.Globalization;
using Hauberk.Policy.Reading;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>Changes that the server makes to what an operator wrote.</summary>
internal static class ResourceDocument
{
    /// <summary>Sets what the server decides, and drops what it keeps elsewhere or does not keep.</summary>
    /// <param name="status">The status is the server's alone: that of before; null: there is none.</param>
    public static MappingNode Stamp(this MappingNode document, string @namespace, string uid, DateTimeOffset created, ResourceNode? status)
    {
        var metadata = document.Metadata()
            .Without("resourceVersion").Without("managedFields").Without("selfLink").Without("generation")
            .With("uid", Text(uid))
            .With("creationTimestamp", Text(created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        metadata = @namespace.Length == 0 ? metadata.Without("namespace") : metadata.With("namespace", Text(@namespace));
        var stamped = document.With("metadata", metadata).Without("status");
        return status is null ? stamped : stamped.With("status", status);
    }

    public static ResourceNode? Status(this MappingNode document) => document.TryGet("status", out var status) ? status : null;

    public static MappingNode WithSpecField(this MappingNode document, string field, string value)
    {
        var spec = document.TryGet("spec", out var node) && node is MappingNode mapping ? mapping : MappingNode.Empty;
        return document.With("spec", spec.With(field, Text(value)));
    }

    private static MappingNode Metadata(this MappingNode document) =>
        document.TryGet("metadata", out var node) && node is MappingNode metadata ? metadata : MappingNode.Empty;

    private static ScalarNode Text(string value) => new(value, ScalarKind.Text, default);
}
