using Hauberk.Policy.Analysis;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Fuzz.Targets;

/// <summary>Manifests: reading, validation, analysis; and what is stored of a valid resource reads back as the same.</summary>
internal sealed class YamlTarget : IFuzzTarget
{
    public string Name => "yaml";

    public void Fuzz(ReadOnlySpan<byte> input)
    {
        var read = ResourceReader.Read(input.ToArray(), "fuzz.yaml");
        var valid = read.Resources
            .Where(r => ResourceValidator.Validate(r).All(p => p.Severity != ProblemSeverity.Error)).ToList();
        if (read.HasErrors) return;
        foreach (var resource in valid) StaysTheSame(resource);
        _ = Analyzer.Analyze(new ResourceSet(valid, valid.OfType<MeshConfigResource>().FirstOrDefault())).Length;
    }

    private static void StaysTheSame(Resource resource)
    {
        var stored = ResourceJson.Write(resource.Document);
        var again = ResourceReader.Read(stored, "stored.json");
        PropertyBrokenException.Unless(
            !again.HasErrors && again.Resources is [var one] && ResourceJson.Write(one.Document).Span.SequenceEqual(stored.Span),
            "what is stored of a valid resource reads back as the same resource");
    }
}
