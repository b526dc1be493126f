using System.Buffers;
using System.Text.Json;
using Hauberk.Policy.Reading;

namespace Hauberk.Api.ConfigApi;

/// <summary>Kubernetes leaves apiVersion and kind out of the items of a list; alone, an object needs them.</summary>
internal static class ListItem
{
    public static JsonElement Complete(ResourceKind kind, JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || item.Field("kind") is not null) return item;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", kind.ApiVersion(kind.Versions[0]));
            json.WriteString("kind", kind.Name);
            foreach (var field in item.EnumerateObject().Where(f => f.Name is not ("apiVersion" or "kind"))) field.WriteTo(json);
            json.WriteEndObject();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
