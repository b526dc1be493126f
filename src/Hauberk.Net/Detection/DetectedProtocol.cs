namespace Hauberk.Net.Detection;

/// <summary>What a connection's first bytes show. They are still there to be read.</summary>
public sealed record DetectedProtocol(DetectedKind Kind)
{
    /// <summary>For <see cref="DetectedKind.Tls"/>.</summary>
    public ClientHello? Hello { get; init; }

    /// <summary>For <see cref="DetectedKind.Plaintext"/>, when it was asked for.</summary>
    public HttpHint HttpHint { get; init; }
}
