using Hauberk.Api.Enrolment;

namespace Hauberk.Fuzz.Targets;

/// <summary>The file that lets one workload join. What is accepted reads back as the same, and all its parts can be asked for.</summary>
internal sealed class JoinFileTarget : IFuzzTarget
{
    public string Name => "join-file";

    public void Fuzz(ReadOnlySpan<byte> input)
    {
        if (!JoinFile.TryParse(input, out var file, out var problem))
        {
            PropertyBrokenException.Unless(problem.Length < 4096, "a refusal is of bounded length");
            return;
        }
        PropertyBrokenException.Unless(file.ControlPlaneUri is { Scheme: "https", UserInfo: "", AbsolutePath: "/" }, "the address is host and port");
        PropertyBrokenException.Unless(file is { Namespace.Length: > 0, WorkloadName.Length: > 0 }, "the workload has a name");
        PropertyBrokenException.Unless(JoinFile.TryParse(file.ToJson(), out var again, out _) && again == file, "what is written reads back");
    }
}
