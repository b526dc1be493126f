namespace Hauberk.Net.Detection;

public sealed record DetectionOptions
{
    /// <summary>How many bytes to look at, at most <see cref="ClientHelloReader.MaxBytes"/>.</summary>
    public int MaxBytes { get; init; } = ClientHelloReader.MaxBytes;

    /// <summary>Go on looking until it is clear whether plaintext is HTTP. Without, the first byte that is not TLS decides.</summary>
    public bool DetectHttp { get; init; }
}
