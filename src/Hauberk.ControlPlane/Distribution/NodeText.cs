using Hauberk.Api.Distribution;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>What a sidecar says of itself, fit to show.</summary>
internal static class NodeText
{
    private const int MaxLength = 64;

    public static string Version(Node node) =>
        string.Concat(node.UserAgentVersion.Where(static c => c is > ' ' and <= '~').Take(MaxLength));
}
