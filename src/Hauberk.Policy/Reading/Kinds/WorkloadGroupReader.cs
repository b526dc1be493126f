using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

internal static class WorkloadGroupReader
{
    public static WorkloadGroupResource Read(ResourceHeader header, MappingReader document)
    {
        var spec = document.MappingOrEmpty("spec");
        var members = spec.MappingOrEmpty("metadata");
        var resource = new WorkloadGroupResource
        {
            ApiVersion = header.ApiVersion,
            Kind = header.Kind,
            Metadata = header.Metadata,
            Document = header.Document,
            MemberLabels = members.TextMap("labels"),
            MemberAnnotations = members.TextMap("annotations"),
            Template = WorkloadEndpointReader.Read(spec.MappingOrEmpty("template")),
        };
        members.Finish();
        spec.NotEnforced("probe");
        spec.Finish();
        return resource;
    }
}
