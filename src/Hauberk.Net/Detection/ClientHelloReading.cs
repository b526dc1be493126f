namespace Hauberk.Net.Detection;

/// <summary>What a look at a connection's first bytes shows; <see cref="Hello"/> is there when complete.</summary>
public sealed record ClientHelloReading(ClientHelloStatus Status, ClientHello? Hello)
{
    internal static ClientHelloReading NeedMore { get; } = new(ClientHelloStatus.NeedMore, null);

    internal static ClientHelloReading NotTls { get; } = new(ClientHelloStatus.NotTls, null);

    internal static ClientHelloReading Invalid { get; } = new(ClientHelloStatus.Invalid, null);
}
