namespace Hauberk.Sidecar.Inbound;

/// <summary>The ALPN names by which a ClientHello says that it comes from a sidecar of a mesh (specification 6.6).</summary>
internal static class MeshProtocols
{
    private static readonly string[] Names = ["istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2"];

    public static bool AreOffered(IReadOnlyList<string> offered) => offered.Any(o => Names.Contains(o, StringComparer.Ordinal));
}
