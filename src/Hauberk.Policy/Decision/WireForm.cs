namespace Hauberk.Policy.Decision;

/// <summary>What the first bytes of an inbound connection are (specification 6.6).</summary>
public enum WireForm
{
    Plaintext,

    /// <summary>A ClientHello that offers no mesh ALPN.</summary>
    OtherTls,

    /// <summary>A ClientHello that offers a mesh ALPN.</summary>
    MeshTls,

    /// <summary>A stream of a mutually authenticated tunnel.</summary>
    Tunnel,
}
