namespace Hauberk.Policy.Decision;

public enum InboundAction
{
    Refuse,

    /// <summary>Bytes go to the application as they came.</summary>
    PassThrough,

    /// <summary>TLS ends here and the peer must prove an identity of the mesh.</summary>
    TerminateMutualTls,
}
