namespace Hauberk.Sidecar.Benchmarks.Peers;

/// <summary>Where a connection passes on its way through the <paramref name="Number"/>th pair of peers.</summary>
internal readonly record struct PeerPorts(int Number)
{
    /// <summary>What the caller calls at the application's host, if its host captures.</summary>
    public int Called => 11000 + Number;

    /// <summary>Of the proxy beside the caller.</summary>
    public int Near => 12000 + Number;

    /// <summary>What that proxy calls at the application's host, if that host captures.</summary>
    public int Crossed => 13000 + Number;

    /// <summary>Of the proxy beside the application.</summary>
    public int Far => 14000 + Number;
}
