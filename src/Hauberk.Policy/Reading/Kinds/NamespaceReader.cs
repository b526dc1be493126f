using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

internal static class NamespaceReader
{
    public static NamespaceResource Read(ResourceHeader header, MappingReader document)
    {
        document.Keep("spec");
        return new() { ApiVersion = header.ApiVersion, Kind = header.Kind, Metadata = header.Metadata, Document = header.Document };
    }
}
