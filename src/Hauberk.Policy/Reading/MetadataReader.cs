using System.Globalization;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Reading;

internal static class MetadataReader
{
    public static ResourceMetadata Read(MappingReader document, ResourceKind kind)
    {
        var reader = document.MappingOrEmpty("metadata", UnknownFields.Warned);
        var metadata = new ResourceMetadata
        {
            Name = reader.RequiredText("name"),
            Namespace = ReadNamespace(reader, kind),
            Labels = reader.TextMap("labels"),
            Annotations = reader.TextMap("annotations"),
            CreationTimestamp = ReadTimestamp(reader),
            Uid = reader.Text("uid") ?? "",
            ResourceVersion = reader.Text("resourceVersion") ?? "",
        };
        reader.Keep("generation", "generateName", "managedFields", "ownerReferences", "finalizers", "selfLink",
            "deletionTimestamp", "deletionGracePeriodSeconds");
        reader.Finish();
        return metadata;
    }

    private static string ReadNamespace(MappingReader reader, ResourceKind kind)
    {
        var name = reader.Text("namespace") ?? "";
        if (kind.IsNamespaced) return name.Length == 0 ? "default" : name;
        if (name.Length > 0) reader.Error(ProblemCodes.RefusedField, "namespace", $"A {kind.Name} belongs to no namespace.");
        return "";
    }

    private static DateTimeOffset? ReadTimestamp(MappingReader reader)
    {
        if (reader.Text("creationTimestamp") is not { } text) return null;
        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        reader.Error(ProblemCodes.WrongType, "creationTimestamp", $"\"{ForeignText.Shown(text)}\" is not a time such as 2026-01-31T10:00:00Z.");
        return null;
    }
}
