using System.Collections.Immutable;
using System.Text;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

internal static class MetadataValidator
{
    private const int MaxAnnotationBytes = 256 * 1024;

    public static void Validate(Resource resource, ValidationContext context)
    {
        var metadata = resource.Metadata;
        context.Check(ProblemCodes.InvalidName, "metadata.name", CheckName(resource));
        if (metadata.Namespace.Length > 0) context.Check(ProblemCodes.InvalidName, "metadata.namespace", KubernetesName.CheckLabel(metadata.Namespace));
        LabelRules.Validate(metadata.Labels, "metadata.labels", context);
        ValidateAnnotations(metadata.Annotations, context);
    }

    private static string? CheckName(Resource resource) => resource switch
    {
        ServiceResource => KubernetesName.CheckServiceName(resource.Metadata.Name),
        NamespaceResource => KubernetesName.CheckLabel(resource.Metadata.Name),
        MeshConfigResource => resource.Metadata.Name == "default" ? null : "The one MeshConfig of a mesh is named \"default\".",
        _ => KubernetesName.CheckSubdomain(resource.Metadata.Name),
    };

    private static void ValidateAnnotations(ImmutableDictionary<string, string> annotations, ValidationContext context)
    {
        var bytes = 0;
        foreach (var (key, value) in annotations)
        {
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
            // Kubernetes compares annotation prefixes in lower case.
            context.Check(ProblemCodes.InvalidLabel, FieldPath.Field("metadata.annotations", key), KubernetesName.CheckKey(LowerPrefix(key)));
        }
        if (bytes > MaxAnnotationBytes)
            context.Error(ProblemCodes.InvalidLabel, "metadata.annotations", $"Annotations have {bytes} bytes; at most {MaxAnnotationBytes} are kept.");
    }

    private static string LowerPrefix(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? key : key[..slash].ToLowerInvariant() + key[slash..];
    }
}
