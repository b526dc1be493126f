using System.Collections.Immutable;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Reading;

/// <summary>One document to one resource, or to those of its List.</summary>
internal static class DocumentReader
{
    public static void Read(ResourceNode document, ProblemCollector problems, ImmutableArray<Resource>.Builder resources)
    {
        if (document is not MappingNode mapping)
            problems.Error(ProblemCodes.NotAResource, document.Position, "", "A resource is a mapping with apiVersion, kind and metadata.");
        else if (IsList(mapping)) ReadList(mapping, problems, resources);
        else if (ReadResource(mapping, problems) is { } resource) resources.Add(resource);
    }

    private static bool IsList(MappingNode mapping) =>
        mapping.TryGet("kind", out var kind) && kind is ScalarNode { Value: "List" } &&
        mapping.TryGet("apiVersion", out var version) && version is ScalarNode { Value: "v1" };

    private static void ReadList(MappingNode list, ProblemCollector problems, ImmutableArray<Resource>.Builder resources)
    {
        var items = list.TryGet("items", out var value) && value is SequenceNode sequence ? sequence.Items : default;
        if (items.IsDefault)
            problems.Error(ProblemCodes.MissingField, list.Position, "items", "A List needs a list of items.");
        else
            foreach (var item in items)
                if (item is MappingNode mapping && IsList(mapping))
                    problems.Error(ProblemCodes.NotAResource, item.Position, "", "A List may not hold another List.");
                else Read(item, problems, resources);
    }

    private static Resource? ReadResource(MappingNode document, ProblemCollector problems)
    {
        var context = new ResourceContext(problems);
        var header = new MappingReader(context, document, "", UnknownFields.Kept);
        var apiVersion = header.RequiredText("apiVersion");
        var name = header.RequiredText("kind");
        if (apiVersion.Length == 0 || name.Length == 0 || KindOf(header, apiVersion, name) is not { } kind) return null;
        var reader = new MappingReader(context, document, "", kind.UnknownFields);
        reader.Keep("apiVersion", "kind", "status");
        var resource = kind.Read(new(apiVersion, name, MetadataReader.Read(reader, kind), document), reader);
        reader.Finish();
        context.ReportNotEnforced(kind.Name);
        return resource;
    }

    private static ResourceKind? KindOf(MappingReader reader, string apiVersion, string name)
    {
        var kind = ResourceKinds.Find(name);
        var slash = apiVersion.LastIndexOf('/');
        var group = slash < 0 ? "" : apiVersion[..slash];
        if (kind is not null && kind.Group == group)
        {
            if (kind.Versions.Contains(apiVersion[(slash + 1)..])) return kind;
            var known = string.Join(", ", kind.Versions.Select(kind.ApiVersion));
            reader.Error(ProblemCodes.VersionNotSupported, "apiVersion", $"{name} has the versions {known}, not \"{ForeignText.Shown(apiVersion)}\".");
        }
        else if (group.EndsWith(".istio.io", StringComparison.Ordinal) && ResourceKinds.WhyRefused(name) is { } reason)
            reader.Error(ProblemCodes.KindNotSupported, "kind", $"{name} is refused rather than half obeyed: {reason}.");
        else
            reader.Error(ProblemCodes.UnknownKind, "kind", $"\"{ForeignText.Shown(name)}\" of \"{ForeignText.Shown(apiVersion)}\" is not a kind that is known here.");
        return null;
    }
}
