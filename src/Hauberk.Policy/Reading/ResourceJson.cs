using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hauberk.Policy.Reading;

/// <summary>
/// The canonical text of a tree: compact UTF-8 JSON, keys in ordinal order, scalars of their own type. Equal trees give equal bytes,
/// and <see cref="ResourceReader"/> reads back what was written.
/// </summary>
public static class ResourceJson
{
    // Line separators count as line breaks for YAML, and the text is read as YAML: they are escaped, as the default encoder does.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.Default };
    private static readonly JsonWriterOptions Indented = new() { Encoder = JavaScriptEncoder.Default, Indented = true };

    public static ReadOnlyMemory<byte> Write(ResourceNode node, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, indented ? Indented : Compact)) WriteTo(writer, node);
        return buffer.WrittenMemory;
    }

    public static void WriteTo(Utf8JsonWriter writer, ResourceNode node)
    {
        switch (node)
        {
            case MappingNode mapping:
                writer.WriteStartObject();
                foreach (var (key, value) in mapping.Entries.OrderBy(e => e.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(key);
                    WriteTo(writer, value);
                }
                writer.WriteEndObject();
                break;
            case SequenceNode sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items) WriteTo(writer, item);
                writer.WriteEndArray();
                break;
            case ScalarNode scalar:
                WriteScalar(writer, scalar);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, ScalarNode scalar)
    {
        switch (scalar.Kind)
        {
            case ScalarKind.Null: writer.WriteNullValue(); break;
            case ScalarKind.Boolean: writer.WriteBooleanValue(scalar.Value == "true"); break;
            case ScalarKind.Integer or ScalarKind.Decimal: writer.WriteRawValue(scalar.Value); break;
            default: writer.WriteStringValue(scalar.Value); break;
        }
    }
}
