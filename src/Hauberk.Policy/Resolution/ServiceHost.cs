using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>Names of services: "name.namespace.svc.suffix" and its short forms; wildcards in rules. Hosts compare without case.</summary>
public static class ServiceHost
{
    public static string Of(ServiceResource service, MeshConfigResource mesh)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(mesh);
        return $"{service.Metadata.Name}.{service.Metadata.Namespace}.svc.{mesh.DnsSuffix}";
    }

    /// <summary>A name without a dot means the Service of that name in the namespace it is written in.</summary>
    public static string Qualify(string host, string @namespace, MeshConfigResource mesh)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(mesh);
        return host.Contains('.', StringComparison.Ordinal) || host == "*" || host.Length == 0
            ? host
            : $"{host}.{@namespace}.svc.{mesh.DnsSuffix}";
    }

    /// <summary>True where an application in <paramref name="fromNamespace"/> that calls <paramref name="called"/> means this service.</summary>
    public static bool Names(string called, string fromNamespace, ServiceResource service, MeshConfigResource mesh)
    {
        ArgumentNullException.ThrowIfNull(called);
        var full = Of(service, mesh);
        var (name, ns) = (service.Metadata.Name, service.Metadata.Namespace);
        return Same(called, full) || Same(called, $"{name}.{ns}") || Same(called, $"{name}.{ns}.svc")
            || (ns == fromNamespace && Same(called, name));
    }

    public static bool IsWildcard(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return pattern.StartsWith('*');
    }

    /// <summary>"*" covers every host, "*.example.com" every name below it, anything else itself.</summary>
    public static bool Covers(string pattern, string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return IsWildcard(pattern) ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase) : Same(pattern, host);
    }

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
