using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

/// <summary>The fields that a WorkloadEntry, the template of a WorkloadGroup and an endpoint of a ServiceEntry share.</summary>
internal static class WorkloadEndpointReader
{
    public static WorkloadEndpoint Read(MappingReader reader)
    {
        var endpoint = new WorkloadEndpoint
        {
            Address = reader.Text("address") ?? "",
            Ports = reader.IntegerMap("ports"),
            Labels = reader.TextMap("labels"),
            Network = reader.Text("network") ?? "",
            Locality = reader.Text("locality") ?? "",
            Weight = reader.Integer("weight") ?? 0,
            ServiceAccount = reader.Text("serviceAccount") ?? "",
        };
        reader.Finish();
        return endpoint;
    }
}
