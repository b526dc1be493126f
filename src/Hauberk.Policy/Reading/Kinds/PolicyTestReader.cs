using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

internal static class PolicyTestReader
{
    public static PolicyTestResource Read(ResourceHeader header, MappingReader document)
    {
        document.Keep("spec");
        return new() { ApiVersion = header.ApiVersion, Kind = header.Kind, Metadata = header.Metadata, Document = header.Document };
    }
}
