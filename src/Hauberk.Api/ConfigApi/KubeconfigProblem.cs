using Hauberk.Policy.Reading;

namespace Hauberk.Api.ConfigApi;

/// <param name="Field">As Kubernetes writes it: "clusters[0].cluster.server"; empty for the file as a whole.</param>
/// <param name="Message">One sentence; never holds a credential.</param>
public sealed record KubeconfigProblem(SourcePosition Position, string Field, string Message)
{
    internal static KubeconfigProblem OfFile(string path, string message) => new(new SourcePosition(path, 0, 0), "", message);

    public override string ToString() => $"{Position}: {(Field.Length == 0 ? "" : Field + ": ")}{Message}";
}
