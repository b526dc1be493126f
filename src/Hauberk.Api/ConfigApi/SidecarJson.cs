using System.Collections.Immutable;
using System.Text.Json;

namespace Hauberk.Api.ConfigApi;

internal static class SidecarJson
{
    public static SidecarStatus Read(JsonElement item)
    {
        var metadata = item.Field("metadata");
        var status = item.Field("status");
        return new(
            metadata.Text("namespace"),
            metadata.Text("name"),
            status.Flag("connected"),
            status.Text("identity"),
            status.Text("address"),
            status.Text("version"),
            status.Time("connectedSince"),
            status.Time("certificateNotAfter"),
            Acknowledged(status.Field("acknowledged")),
            [.. status.Items("problems").Select(Sentence)],
            (int)status.Number("tunnelPort") is > 0 and var port ? port : null,
            [.. status.Items("serverFirstPorts").Select(ServerFirst)]);
    }

    private static string Sentence(JsonElement problem) =>
        problem.ValueKind == JsonValueKind.String ? problem.GetString()! : problem.Text("message");

    private static ServerFirstPort ServerFirst(JsonElement port) => new((int)((JsonElement?)port).Number("port"), ((JsonElement?)port).Time("lastSeen"));

    private static ImmutableSortedDictionary<string, bool> Acknowledged(JsonElement? types) =>
        types is { ValueKind: JsonValueKind.Object } map
            ? map.EnumerateObject().ToImmutableSortedDictionary(
                type => type.Name, type => type.Value.ValueKind == JsonValueKind.True, StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, bool>.Empty;
}
