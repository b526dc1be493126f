using System.Text.Json;
using Hauberk.Policy.Reading;

namespace Hauberk.Cli.Output;

/// <summary>Which fields of each kind are worth a column.</summary>
internal static class KindColumns
{
    public static KindColumn[] Of(ResourceKind kind) => kind.Name switch
    {
        "PeerAuthentication" =>
        [
            new("MODE", o => Find(o, ["spec", "mtls"]) is { } mtls ? ModeOf(mtls) : "UNSET"),
            new("PORTS", PortModes),
            Selector("spec", "selector", "matchLabels"),
        ],
        "AuthorizationPolicy" =>
        [
            new("ACTION", o => Text(o, "spec", "action") is { Length: > 0 } action ? action : "ALLOW"),
            new("RULES", o => Items(o, "spec", "rules").Length.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Selector("spec", "selector", "matchLabels"),
        ],
        "RequestAuthentication" =>
        [
            new("ISSUERS", o => Join(Items(o, "spec", "jwtRules").Select(rule => Text(rule, "issuer"))), Wraps: true),
            Selector("spec", "selector", "matchLabels"),
        ],
        "DestinationRule" => [new("HOST", o => Text(o, "spec", "host")), new("TLS", o => Text(o, "spec", "trafficPolicy", "tls", "mode"))],
        "ServiceEntry" =>
        [
            new("HOSTS", o => Join(Items(o, "spec", "hosts").Select(Scalar)), Wraps: true),
            new("LOCATION", o => Text(o, "spec", "location") is { Length: > 0 } location ? location : "MESH_EXTERNAL"),
            new("RESOLUTION", o => Text(o, "spec", "resolution") is { Length: > 0 } resolution ? resolution : "NONE"),
        ],
        "WorkloadEntry" =>
        [
            new("ADDRESS", o => Text(o, "spec", "address")),
            new("SERVICE ACCOUNT", o => Text(o, "spec", "serviceAccount")),
            new("LABELS", o => Labels(o, "spec", "labels"), Wraps: true),
        ],
        "WorkloadGroup" =>
        [
            new("SERVICE ACCOUNT", o => Text(o, "spec", "template", "serviceAccount")),
            new("LABELS", o => Labels(o, "spec", "metadata", "labels"), Wraps: true),
        ],
        "Service" => [new("ADDRESS", o => Text(o, "spec", "clusterIP")), new("PORTS", ServicePorts), Selector("spec", "selector")],
        "MeshConfig" =>
        [
            new("TRUST DOMAIN", o => Text(o, "spec", "trustDomain") is { Length: > 0 } domain ? domain : "cluster.local"),
            new("DEFAULT", o => Text(o, "spec", "defaultAuthorization") is { Length: > 0 } verdict ? verdict.ToUpperInvariant() : "ALLOW"),
        ],
        _ => [],
    };

    /// <summary>A scalar below nested fields; empty where any of them is absent.</summary>
    public static string Text(JsonElement item, params ReadOnlySpan<string> path) => Find(item, path) is { } value ? Scalar(value) : "";

    private static JsonElement? Find(JsonElement item, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(name, out item)) return null;
        return item;
    }

    private static JsonElement[] Items(JsonElement item, params ReadOnlySpan<string> path) =>
        Find(item, path) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : [];

    private static JsonProperty[] Fields(JsonElement item, params ReadOnlySpan<string> path) =>
        Find(item, path) is { ValueKind: JsonValueKind.Object } map ? [.. map.EnumerateObject()] : [];

    private static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "",
    };

    private static KindColumn Selector(params string[] path) =>
        new("SELECTS", o => Labels(o, path) is { Length: > 0 } labels ? labels : "all", Wraps: true);

    private static string Labels(JsonElement item, params ReadOnlySpan<string> path) =>
        Join(Fields(item, path).Select(label => $"{label.Name}={Scalar(label.Value)}"));

    private static string PortModes(JsonElement item) =>
        Join(Fields(item, "spec", "portLevelMtls").Select(port => $"{port.Name}: {ModeOf(port.Value)}"));

    private static string ModeOf(JsonElement mtls) => Text(mtls, "mode") is { Length: > 0 } mode ? mode : "UNSET";

    private static string ServicePorts(JsonElement item) => Join(Items(item, "spec", "ports").Select(port =>
    {
        var (number, target) = (Text(port, "port"), Text(port, "targetPort"));
        var name = Text(port, "name") is { Length: > 0 } given ? given + " " : "";
        return target.Length == 0 || target == number ? name + number : $"{name}{number} to {target}";
    }));

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts.Where(part => part.Length > 0));
}
