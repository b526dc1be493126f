using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>JSON merge patch (RFC 7396).</summary>
internal static class MergePatch
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Null where the patch is not a JSON object.</summary>
    public static byte[]? Apply(ReadOnlyMemory<byte> target, ReadOnlyMemory<byte> patch)
    {
        try
        {
            if (JsonNode.Parse(patch.Span, documentOptions: Options) is not JsonObject changes) return null;
            var merged = JsonNode.Parse(target.Span, documentOptions: Options)!.AsObject();
            Merge(merged, changes);
            return JsonSerializer.SerializeToUtf8Bytes(merged);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject changes)
            {
                if (target[name] is not JsonObject) target[name] = new JsonObject();
                Merge(target[name]!.AsObject(), changes);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }
}
