using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

internal static class ServiceEntryValidator
{
    private static readonly string[] Resolutions = ["NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN"];
    private static readonly string[] Protocols = ["", "HTTP", "HTTPS", "HTTP2", "GRPC", "GRPC-WEB", "TCP", "TLS", "MONGO", "MYSQL", "REDIS", "UDP"];

    public static void Validate(ServiceEntryResource entry, ValidationContext context)
    {
        ValidateHosts(entry, context);
        for (var i = 0; i < entry.Addresses.Length; i++)
            context.Check(ProblemCodes.InvalidAddress, $"spec.addresses[{i}]", IpText.CheckAddressOrBlock(entry.Addresses[i]));
        ValidatePorts(entry, context);
        ValidateResolution(entry, context);
        for (var i = 0; i < entry.Endpoints.Length; i++) ValidateEndpoint(entry, entry.Endpoints[i], $"spec.endpoints[{i}]", context);
        for (var i = 0; i < entry.SubjectAltNames.Length; i++)
            context.Check(ProblemCodes.InvalidIdentity, $"spec.subjectAltNames[{i}]", IdentityText.Check(entry.SubjectAltNames[i]));
        LabelRules.ValidateSelector(entry.WorkloadSelector, "spec.workloadSelector.labels", context);
        ExportRules.Validate(entry.ExportTo, context);
    }

    private static void ValidateHosts(ServiceEntryResource entry, ValidationContext context)
    {
        if (entry.Hosts.IsEmpty) context.Error(ProblemCodes.MissingField, "spec.hosts", "A ServiceEntry needs a host.");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < entry.Hosts.Length; i++)
        {
            context.Check(ProblemCodes.InvalidHost, $"spec.hosts[{i}]", HostName.Check(entry.Hosts[i]));
            if (!seen.Add(entry.Hosts[i])) context.Error(ProblemCodes.GivenTwice, $"spec.hosts[{i}]", $"The host \"{ForeignText.Shown(entry.Hosts[i])}\" is listed already.");
        }
    }

    private static void ValidatePorts(ServiceEntryResource entry, ValidationContext context)
    {
        if (entry.Ports.IsEmpty) context.Error(ProblemCodes.MissingField, "spec.ports", "A ServiceEntry needs a port.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<int>();
        for (var i = 0; i < entry.Ports.Length; i++)
        {
            var (port, path) = (entry.Ports[i], $"spec.ports[{i}]");
            context.Check(ProblemCodes.InvalidPort, $"{path}.number", PortRules.Check(port.Number));
            if (port.TargetPort is { } target) context.Check(ProblemCodes.InvalidPort, $"{path}.targetPort", PortRules.Check(target));
            context.Check(ProblemCodes.InvalidName, $"{path}.name", KubernetesName.CheckLabel(port.Name));
            if (!Protocols.Contains(port.Protocol.ToUpperInvariant()))
                context.Error(ProblemCodes.ValueNotAllowed, $"{path}.protocol", $"\"{ForeignText.Shown(port.Protocol)}\" is not one of {string.Join(", ", Protocols[1..])}.");
            if (port.Name.Length > 0 && !names.Add(port.Name)) context.Error(ProblemCodes.GivenTwice, $"{path}.name", $"The port name \"{ForeignText.Shown(port.Name)}\" exists already.");
            if (!numbers.Add(port.Number)) context.Error(ProblemCodes.GivenTwice, $"{path}.number", $"The port {port.Number} exists already.");
        }
    }

    private static void ValidateResolution(ServiceEntryResource entry, ValidationContext context)
    {
        if (!Resolutions.Contains(entry.Resolution))
            context.Error(ProblemCodes.ValueNotAllowed, "spec.resolution", $"\"{ForeignText.Shown(entry.Resolution)}\" is not one of {string.Join(", ", Resolutions)}.");
        if (entry.Resolution.StartsWith("DNS", StringComparison.Ordinal))
            context.Warn(ProblemCodes.HostsNotLookedUp, "spec.resolution",
                "No name is looked up: the entry holds for its \"addresses\" alone, and what the application looks up elsewhere goes where it wanted, as an unknown address does.");
        if (entry.WorkloadSelector is not null && !entry.Endpoints.IsEmpty)
            context.Error(ProblemCodes.EndpointsDoNotFit, "spec.workloadSelector", "Endpoints are selected or listed, not both.");
        if (entry.Resolution == "NONE" && !entry.Endpoints.IsEmpty)
            context.Error(ProblemCodes.EndpointsDoNotFit, "spec.endpoints", "Resolution NONE goes where the application wanted; endpoints need STATIC or DNS.");
        if (entry.Resolution == "DNS_ROUND_ROBIN" && entry.Endpoints.Length > 1)
            context.Error(ProblemCodes.EndpointsDoNotFit, "spec.endpoints", "DNS_ROUND_ROBIN has at most one endpoint.");
        if (entry.Resolution.StartsWith("DNS", StringComparison.Ordinal) && entry.Endpoints.IsEmpty && entry.WorkloadSelector is null)
            for (var i = 0; i < entry.Hosts.Length; i++)
                if (entry.Hosts[i].StartsWith('*'))
                    context.Error(ProblemCodes.EndpointsDoNotFit, $"spec.hosts[{i}]", "A wildcard cannot be looked up in DNS: list endpoints.");
    }

    private static void ValidateEndpoint(ServiceEntryResource entry, WorkloadEndpoint endpoint, string path, ValidationContext context)
    {
        EndpointRules.Validate(endpoint, path, context);
        foreach (var name in endpoint.Ports.Keys)
            if (!entry.Ports.Any(port => port.Name == name))
                context.Error(ProblemCodes.EndpointsDoNotFit, Reading.FieldPath.Field($"{path}.ports", name), $"The ServiceEntry has no port \"{ForeignText.Shown(name)}\".");
        var isDns = entry.Resolution.StartsWith("DNS", StringComparison.Ordinal);
        if (isDns && !IpText.IsAddress(endpoint.Address))
            context.Check(ProblemCodes.InvalidHost, $"{path}.address", HostName.Check(endpoint.Address, allowWildcard: false));
        else
            context.Check(ProblemCodes.InvalidAddress, $"{path}.address", EndpointRules.CheckAddress(endpoint.Address));
    }
}
