using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

internal static class SelectorReader
{
    /// <param name="labels">"matchLabels" in most kinds; "labels" in a ServiceEntry.</param>
    public static LabelSelector? Read(MappingReader spec, string key, string labels = "matchLabels")
    {
        // A misspelt word in a selector would make the resource apply to every workload.
        if (spec.Mapping(key, UnknownFields.Refused) is not { } reader) return null;
        var selector = new LabelSelector(reader.TextMap(labels));
        reader.Finish();
        return selector;
    }
}
