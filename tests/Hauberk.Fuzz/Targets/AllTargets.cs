namespace Hauberk.Fuzz.Targets;

internal static class AllTargets
{
    public static IReadOnlyList<IFuzzTarget> Of { get; } =
    [
        new YamlTarget(), new PathTarget(), new ClientHelloTarget(), new SpiffeIdTarget(), new CertificateChainTarget(), new KubeconfigTarget(),
        new JoinFileTarget(), new FrameTarget(), new HpackTarget(), new TunnelTarget(isServer: true), new TunnelTarget(isServer: false),
    ];
}
