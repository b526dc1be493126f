using Hauberk.Policy.Reading;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Testing;

/// <summary>Resources that are read and also valid: what admission would take.</summary>
public static class CheckedReader
{
    public static ReadResult Read(string text, string file) => Checked(ResourceReader.Read(text, file));

    public static ReadResult Read(MappingNode document) => Checked(ResourceReader.Read(document));

    private static ReadResult Checked(ReadResult read)
    {
        var problems = read.Problems.AddRange(read.Resources.SelectMany(r => ResourceValidator.Validate(r)));
        var result = read with { Problems = problems };
        return result.HasErrors ? result with { Resources = [] } : result;
    }
}
