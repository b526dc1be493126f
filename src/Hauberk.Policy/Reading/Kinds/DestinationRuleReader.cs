using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

internal static class DestinationRuleReader
{
    public static DestinationRuleResource Read(ResourceHeader header, MappingReader document)
    {
        var spec = document.MappingOrEmpty("spec");
        var resource = new DestinationRuleResource
        {
            ApiVersion = header.ApiVersion,
            Kind = header.Kind,
            Metadata = header.Metadata,
            Document = header.Document,
            Host = spec.RequiredText("host"),
            TrafficPolicy = TrafficPolicyReader.Read(spec),
            Subsets = spec.Mappings("subsets", ReadSubset),
            ExportTo = spec.Texts("exportTo"),
            WorkloadSelector = SelectorReader.Read(spec, "workloadSelector"),
        };
        spec.Finish();
        return resource;
    }

    private static DestinationSubset ReadSubset(MappingReader reader)
    {
        var subset = new DestinationSubset
        {
            Name = reader.RequiredText("name"),
            Labels = reader.TextMap("labels"),
            TrafficPolicy = TrafficPolicyReader.Read(reader),
        };
        reader.Finish();
        return subset;
    }
}
