using System.Text.Json;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>/api, /apis, /apis/G, /api/v1 and /apis/G/V: how kubectl and client libraries learn which kinds there are.</summary>
internal static class Discovery
{
    private static readonly string[] Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];

    public static void Map(IEndpointRouteBuilder app)
    {
        var groups = ResourceRoute.All.Where(static r => r.Kind.Group.Length > 0).GroupBy(static r => r.Kind.Group).ToList();
        app.MapGet("/api", static () => ApiJson.Result(WriteCoreVersions));
        app.MapGet("/apis", () => ApiJson.Result(json => WriteGroups(json, groups)));
        foreach (var group in groups)
            app.MapGet($"/apis/{group.Key}", () => ApiJson.Result(json => WriteGroup(json, group.Key, group, isAlone: true)));
        foreach (var version in ResourceRoute.All.GroupBy(static r => r.ApiVersion))
            app.MapGet(version.First().Root, () => ApiJson.Result(json => WriteResources(json, version.Key, version)));
    }

    private static void WriteCoreVersions(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("kind", "APIVersions");
        json.WriteStartArray("versions");
        json.WriteStringValue("v1");
        json.WriteEndArray();
        json.WriteStartArray("serverAddressByClientCIDRs");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteGroups(Utf8JsonWriter json, IEnumerable<IGrouping<string, ResourceRoute>> groups)
    {
        json.WriteStartObject();
        json.WriteString("kind", "APIGroupList");
        json.WriteString("apiVersion", "v1");
        json.WriteStartArray("groups");
        foreach (var group in groups) WriteGroup(json, group.Key, group, isAlone: false);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteGroup(Utf8JsonWriter json, string name, IEnumerable<ResourceRoute> routes, bool isAlone)
    {
        var versions = routes.Select(static r => r.Version).Distinct().ToList();
        json.WriteStartObject();
        if (isAlone)
        {
            json.WriteString("kind", "APIGroup");
            json.WriteString("apiVersion", "v1");
        }
        json.WriteString("name", name);
        json.WriteStartArray("versions");
        foreach (var version in versions) WriteVersion(json, name, version);
        json.WriteEndArray();
        json.WritePropertyName("preferredVersion");
        WriteVersion(json, name, versions[0]);
        json.WriteEndObject();
    }

    private static void WriteVersion(Utf8JsonWriter json, string group, string version)
    {
        json.WriteStartObject();
        json.WriteString("groupVersion", $"{group}/{version}");
        json.WriteString("version", version);
        json.WriteEndObject();
    }

    private static void WriteResources(Utf8JsonWriter json, string apiVersion, IEnumerable<ResourceRoute> routes)
    {
        json.WriteStartObject();
        json.WriteString("kind", "APIResourceList");
        json.WriteString("apiVersion", "v1");
        json.WriteString("groupVersion", apiVersion);
        json.WriteStartArray("resources");
        foreach (var route in routes)
        {
            json.WriteStartObject();
            json.WriteString("name", route.Kind.Plural);
            json.WriteString("singularName", route.Kind.Name.ToLowerInvariant());
            json.WriteBoolean("namespaced", route.Kind.IsNamespaced);
            json.WriteString("kind", route.Kind.Name);
            WriteTexts(json, "verbs", Verbs);
            WriteTexts(json, "shortNames", route.Kind.ShortNames);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
