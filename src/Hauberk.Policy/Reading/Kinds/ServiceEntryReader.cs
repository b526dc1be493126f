using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

internal static class ServiceEntryReader
{
    private static readonly ImmutableSortedDictionary<string, bool> Locations = new Dictionary<string, bool>
    {
        ["MESH_EXTERNAL"] = false,
        ["MESH_INTERNAL"] = true,
    }.ToImmutableSortedDictionary();

    public static ServiceEntryResource Read(ResourceHeader header, MappingReader document)
    {
        var spec = document.MappingOrEmpty("spec");
        var resource = new ServiceEntryResource
        {
            ApiVersion = header.ApiVersion,
            Kind = header.Kind,
            Metadata = header.Metadata,
            Document = header.Document,
            Hosts = spec.Texts("hosts"),
            Addresses = spec.Texts("addresses"),
            Ports = spec.Mappings("ports", ReadPort),
            IsMeshInternal = spec.OneOf("location", Locations) ?? false,
            Resolution = spec.Text("resolution") ?? "NONE",
            Endpoints = spec.Mappings("endpoints", WorkloadEndpointReader.Read),
            WorkloadSelector = SelectorReader.Read(spec, "workloadSelector", "labels"),
            ExportTo = spec.Texts("exportTo"),
            SubjectAltNames = spec.Texts("subjectAltNames"),
        };
        spec.Finish();
        return resource;
    }

    private static ServicePort ReadPort(MappingReader reader)
    {
        var port = new ServicePort
        {
            Number = reader.RequiredInteger("number"),
            Name = reader.Text("name") ?? "",
            Protocol = reader.Text("protocol") ?? "",
            TargetPort = reader.Integer("targetPort"),
        };
        reader.Finish();
        return port;
    }
}
