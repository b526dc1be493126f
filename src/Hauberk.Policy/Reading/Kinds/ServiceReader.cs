using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

internal static class ServiceReader
{
    public static ServiceResource Read(ResourceHeader header, MappingReader document)
    {
        var spec = document.MappingOrEmpty("spec");
        var selector = spec.TextMap("selector");
        var resource = new ServiceResource
        {
            ApiVersion = header.ApiVersion,
            Kind = header.Kind,
            Metadata = header.Metadata,
            Document = header.Document,
            Ports = spec.Mappings("ports", ReadPort),
            Selector = selector.IsEmpty ? null : new LabelSelector(selector),
            ClusterIp = spec.Text("clusterIP") is { Length: > 0 } address ? address : null,
            Type = spec.Text("type") ?? "ClusterIP",
            ExternalName = spec.Text("externalName"),
        };
        // What a cluster fills in by itself is no one's wish, so it is not worth a warning.
        spec.Keep("clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy", "sessionAffinity");
        spec.NotEnforced("externalIPs", "sessionAffinityConfig", "loadBalancerIP", "loadBalancerClass", "loadBalancerSourceRanges",
            "externalTrafficPolicy", "healthCheckNodePort", "publishNotReadyAddresses", "allocateLoadBalancerNodePorts", "trafficDistribution");
        spec.Finish();
        return resource;
    }

    private static ServicePort ReadPort(MappingReader reader)
    {
        var isNumber = reader.Node.TryGet("targetPort", out var target) && target is ScalarNode { Kind: ScalarKind.Integer };
        var port = new ServicePort
        {
            Number = reader.RequiredInteger("port"),
            Name = reader.Text("name") ?? "",
            Protocol = reader.Text("protocol") ?? "TCP",
            AppProtocol = reader.Text("appProtocol"),
            TargetPort = isNumber ? reader.Integer("targetPort") : null,
            TargetPortName = isNumber ? null : reader.Text("targetPort"),
        };
        reader.Keep("nodePort");
        reader.Finish();
        return port;
    }
}
