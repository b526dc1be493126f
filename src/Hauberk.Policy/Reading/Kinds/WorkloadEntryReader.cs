using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

internal static class WorkloadEntryReader
{
    public static WorkloadEntryResource Read(ResourceHeader header, MappingReader document) => new()
    {
        ApiVersion = header.ApiVersion,
        Kind = header.Kind,
        Metadata = header.Metadata,
        Document = header.Document,
        Endpoint = WorkloadEndpointReader.Read(document.MappingOrEmpty("spec")),
    };
}
