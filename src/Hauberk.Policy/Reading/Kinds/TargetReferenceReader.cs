using System.Collections.Immutable;

namespace Hauberk.Policy.Reading.Kinds;

/// <summary>targetRef and targetRefs as "Kind/name".</summary>
internal static class TargetReferenceReader
{
    public static ImmutableArray<string> Read(MappingReader spec)
    {
        var single = spec.Mapping("targetRef") is { } reader ? ReadOne(reader) : null;
        var several = spec.Mappings("targetRefs", ReadOne);
        return single is null ? several : [single, .. several];
    }

    private static string ReadOne(MappingReader reader)
    {
        var target = $"{reader.RequiredText("kind")}/{reader.RequiredText("name")}";
        reader.Keep("group", "namespace");
        reader.Finish();
        return target;
    }
}
