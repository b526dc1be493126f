using Hauberk.Policy.Decision;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Testing.Questions;

/// <summary>Questions about a text alone.</summary>
internal static class TextQuestions
{
    public static Func<ResourceSet, Answer> Protocol(MappingReader reader)
    {
        var (name, port) = (reader.Text("portName") ?? "", reader.Integer("port") ?? 0);
        var (transport, application) = (reader.Text("transport") ?? "TCP", reader.Text("appProtocol"));
        return _ => Answer.Of(ProtocolSelection.Of(port, name, transport, application).Spelling(), "As the port declares.");
    }

    public static Func<ResourceSet, Answer> NormalizePath(MappingReader reader)
    {
        var path = reader.RequiredText("path");
        return set => NormalizedPath.TryOf(path, set.Mesh.PathNormalization, out var normalized)
            ? Answer.Of(normalized, $"Normalised as {set.Mesh.PathNormalization}.")
            : Answer.Of("400", "No path that may be decided upon.");
    }

    public static Func<ResourceSet, Answer> Validate(MappingReader reader)
    {
        reader.Keep("resource");
        var read = reader.Node.TryGet("resource", out var node) ? node switch
        {
            ScalarNode { Kind: ScalarKind.Text } text => CheckedReader.Read(text.Value, "resource"),
            MappingNode mapping => CheckedReader.Read(mapping),
            _ => null,
        } : null;
        if (read is null) reader.Error(ProblemCodes.MissingField, "resource", "The field \"resource\" holds one YAML document.");
        var first = read?.Problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error);
        return _ => read is { HasErrors: false, Resources.Length: not 1 }
            ? Answer.Error("The resource is not one document.")
            : Answer.Of(first is null ? "valid" : "invalid", first?.ToString() ?? "Nothing is wrong with it.");
    }
}
