using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Hauberk.Api.ConfigApi;

/// <summary>Reads what the client has no control of: whatever is absent or of another type is a default, never an exception.</summary>
internal static class ApiJson
{
    public static JsonElement? TryParse(ReadOnlyMemory<byte> utf8, int maxDepth)
    {
        try
        {
            return JsonElement.Parse(utf8.Span, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonElement? Field(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var field) && field.ValueKind != JsonValueKind.Null
            ? field
            : null;

    public static JsonElement? Field(this JsonElement? value, string name) => value?.Field(name);

    public static string Text(this JsonElement? value, string name) =>
        value?.Field(name) is { ValueKind: JsonValueKind.String } field ? field.GetString()! : "";

    public static string Text(this JsonElement value, string name) => ((JsonElement?)value).Text(name);

    public static bool Flag(this JsonElement? value, string name) => value?.Field(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A number, or one in quotes: JSON of protobuf writes 64-bit numbers as text.</summary>
    public static long Number(this JsonElement? value, string name) => value?.Field(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var read) => read,
        { ValueKind: JsonValueKind.String } text when long.TryParse(text.GetString(), CultureInfo.InvariantCulture, out var read) => read,
        _ => 0,
    };

    public static DateTimeOffset? Time(this JsonElement? value, string name) =>
        DateTimeOffset.TryParse(value.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public static ImmutableArray<JsonElement> Items(this JsonElement? value, string name) =>
        value?.Field(name) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : [];
}
