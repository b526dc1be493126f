using System.Buffers;
using System.Text;
using System.Text.Json;
using Hauberk.ControlPlane.Store;
using Hauberk.Policy.Reading;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>
/// The stored form of a resource: JSON that starts with apiVersion, kind and metadata, without resourceVersion (the store knows it). So an answer
/// in any version of the kind is made by copying, not by parsing.
/// </summary>
internal static class StoredDocument
{
    private static readonly string[] First = ["apiVersion", "kind", "metadata"];

    public static byte[] Write(MappingNode document)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var name in First) WriteField(json, name, Required(document, name));
            foreach (var (name, value) in document.Entries)
                if (!First.Contains(name)) WriteField(json, name, value);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The resource as the API shows it: in this version of its kind, with its resourceVersion.</summary>
    public static void WriteTo(IBufferWriter<byte> output, StoredResource resource, ResourceKind kind, string version) =>
        WriteTo(output, resource.Json.Span, resource.Revision, kind, version);

    public static void WriteTo(IBufferWriter<byte> output, ReadOnlySpan<byte> json, long revision, ResourceKind kind, string version)
    {
        // {"apiVersion":"X","kind":"K","metadata":{
        var afterVersion = "{\"apiVersion\":\""u8.Length + json["{\"apiVersion\":\""u8.Length..].IndexOf((byte)'"');
        var afterBrace = afterVersion + Encoding.UTF8.GetByteCount($"\",\"kind\":\"{kind.Name}\",\"metadata\":{{");
        output.Write(Encoding.UTF8.GetBytes(
            $"{{\"apiVersion\":\"{kind.ApiVersion(version)}\",\"kind\":\"{kind.Name}\",\"metadata\":{{\"resourceVersion\":\"{revision}\""));
        if (json[afterBrace] != (byte)'}') output.Write(","u8);
        output.Write(json[afterBrace..]);
    }

    public static ReadOnlyMemory<byte> Show(StoredResource resource, ResourceKind kind, string version)
    {
        var buffer = new ArrayBufferWriter<byte>(resource.Json.Length + 64);
        WriteTo(buffer, resource, kind, version);
        return buffer.WrittenMemory;
    }

    private static ResourceNode Required(MappingNode document, string name) =>
        document.TryGet(name, out var value) ? value : throw new InvalidOperationException($"a stored document has no {name}");

    private static void WriteField(Utf8JsonWriter json, string name, ResourceNode value)
    {
        json.WritePropertyName(name);
        ResourceJson.WriteTo(json, value);
    }
}
