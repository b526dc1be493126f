using Hauberk.Api.ConfigApi;

namespace Hauberk.Fuzz.Targets;

/// <summary>The operator's credential file.</summary>
internal sealed class KubeconfigTarget : IFuzzTarget
{
    public string Name => "kubeconfig";

    public void Fuzz(ReadOnlySpan<byte> input)
    {
        if (Kubeconfig.TryParse(input.ToArray(), "/nowhere/config", out var kubeconfig, out var problem))
            PropertyBrokenException.Unless(kubeconfig.Server.Scheme == "https", "a credential goes over https only");
        else
            PropertyBrokenException.Unless(problem.ToString().Length < 4096, "a refusal is of bounded length");
    }
}
