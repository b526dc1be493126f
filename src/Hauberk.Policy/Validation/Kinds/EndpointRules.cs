using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

/// <summary>What WorkloadEntry, the template of a WorkloadGroup and endpoints of a ServiceEntry share. Addresses are the caller's.</summary>
internal static class EndpointRules
{
    public static void Validate(WorkloadEndpoint endpoint, string path, ValidationContext context)
    {
        foreach (var (name, port) in endpoint.Ports)
        {
            var portPath = FieldPath.Field($"{path}.ports", name);
            context.Check(ProblemCodes.InvalidName, portPath, KubernetesName.CheckPortName(name));
            context.Check(ProblemCodes.InvalidPort, portPath, PortRules.Check(port));
        }
        LabelRules.Validate(endpoint.Labels, $"{path}.labels", context);
        if (endpoint.Weight < 0) context.Error(ProblemCodes.ValueNotAllowed, $"{path}.weight", "A weight may not be negative.");
        if (endpoint.ServiceAccount.Length > 0)
            context.Check(ProblemCodes.InvalidName, $"{path}.serviceAccount", KubernetesName.CheckSubdomain(endpoint.ServiceAccount));
    }

    /// <summary>An address that a packet can be sent to.</summary>
    public static string? CheckAddress(string address)
    {
        if (IpText.Parse(address) is not { } ip) return $"\"{ForeignText.Shown(address)}\" is not an IP address.";
        var isTarget = !ip.Equals(System.Net.IPAddress.Any) && !ip.Equals(System.Net.IPAddress.IPv6Any) &&
            !ip.IsIPv6Multicast && !(ip.GetAddressBytes() is { Length: 4 } bytes && bytes[0] >= 224);
        return isTarget ? null : $"{address} is the address of no single workload.";
    }
}
