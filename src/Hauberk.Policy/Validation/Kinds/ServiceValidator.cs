using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

internal static class ServiceValidator
{
    private static readonly string[] Types = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];
    private static readonly string[] Protocols = ["TCP", "UDP", "SCTP"];

    public static void Validate(ServiceResource service, ValidationContext context)
    {
        LabelRules.ValidateSelector(service.Selector, "spec.selector", context);
        if (!Types.Contains(service.Type))
            context.Error(ProblemCodes.ValueNotAllowed, "spec.type", $"\"{ForeignText.Shown(service.Type)}\" is not one of {string.Join(", ", Types)}.");
        if (service.Type == "ExternalName") context.Check(ProblemCodes.InvalidHost, "spec.externalName", HostName.Check(service.ExternalName ?? "", allowWildcard: false));
        else if (service.Ports.IsEmpty && service.ClusterIp != "None") context.Error(ProblemCodes.MissingField, "spec.ports", "A service needs a port.");
        if (service.ClusterIp is { } address && address != "None")
            context.Check(ProblemCodes.InvalidAddress, "spec.clusterIP", EndpointRules.CheckAddress(address));
        ValidatePorts(service, context);
    }

    private static void ValidatePorts(ServiceResource service, ValidationContext context)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<(int, string)>();
        for (var i = 0; i < service.Ports.Length; i++)
        {
            var (port, path) = (service.Ports[i], $"spec.ports[{i}]");
            ValidatePort(port, path, context);
            if (port.Name.Length == 0 && service.Ports.Length > 1) context.Error(ProblemCodes.InvalidName, path, "Each of several ports needs a name.");
            if (port.Name.Length > 0 && !names.Add(port.Name)) context.Error(ProblemCodes.GivenTwice, $"{path}.name", $"The port name \"{ForeignText.Shown(port.Name)}\" exists already.");
            if (!numbers.Add((port.Number, port.Protocol))) context.Error(ProblemCodes.GivenTwice, $"{path}.port", $"The port {port.Number} exists already.");
        }
    }

    private static void ValidatePort(ServicePort port, string path, ValidationContext context)
    {
        context.Check(ProblemCodes.InvalidPort, $"{path}.port", PortRules.Check(port.Number));
        if (port.Name.Length > 0) context.Check(ProblemCodes.InvalidName, $"{path}.name", KubernetesName.CheckLabel(port.Name));
        if (port.TargetPort is { } target) context.Check(ProblemCodes.InvalidPort, $"{path}.targetPort", PortRules.Check(target));
        if (port.TargetPortName is { } name) context.Check(ProblemCodes.InvalidPort, $"{path}.targetPort", KubernetesName.CheckPortName(name));
        if (port.AppProtocol is { } app) context.Check(ProblemCodes.InvalidLabel, $"{path}.appProtocol", KubernetesName.CheckKey(app));
        if (!Protocols.Contains(port.Protocol))
            context.Error(ProblemCodes.ValueNotAllowed, $"{path}.protocol", $"\"{ForeignText.Shown(port.Protocol)}\" is not one of {string.Join(", ", Protocols)}.");
    }
}
