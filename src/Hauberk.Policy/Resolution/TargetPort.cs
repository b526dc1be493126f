using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>From the port a client calls to the port a workload listens on.</summary>
public static class TargetPort
{
    /// <param name="named">The endpoint's own ports by name.</param>
    /// <returns>Null where the target is a name that the endpoint does not have.</returns>
    public static int? Of(ServicePort port, ImmutableDictionary<string, int> named)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(named);
        if (port.TargetPortName is { Length: > 0 } name && named.TryGetValue(name, out var byTargetName))
            return byTargetName;
        if (port.Name.Length > 0 && named.TryGetValue(port.Name, out var byName))
            return byName;
        return port.TargetPort ?? (port.TargetPortName is { Length: > 0 } ? null : port.Number);
    }
}
