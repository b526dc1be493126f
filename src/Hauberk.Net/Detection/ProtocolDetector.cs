using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;

namespace Hauberk.Net.Detection;

/// <summary>Looks at a connection's first bytes without taking them. Holds no buffer while it waits.</summary>
public static class ProtocolDetector
{
    /// <summary>Waits until the bytes tell, or the deadline passes. On the loop's thread, before a channel takes the connection over.</summary>
    public static async Task<DetectedProtocol> DetectAsync(TcpConnection connection, DetectionOptions options, Deadline deadline)
    {
        while (true)
        {
            if (Look(connection, options, final: false) is { } detected) return detected;
            switch (await connection.WaitReadableAsync(deadline))
            {
                case WaitOutcome.TimedOut: return Look(connection, options, final: true)!;
                case WaitOutcome.Closed: return new DetectedProtocol(DetectedKind.Broken);
            }
        }
    }

    private static DetectedProtocol? Look(TcpConnection connection, DetectionOptions options, bool final)
    {
        Span<byte> scratch = connection.Loop.Scratch.PlaintextSpan[..Math.Clamp(options.MaxBytes, 1, ClientHelloReader.MaxBytes)];
        int count = connection.Peek(scratch, out PeekState state);
        if (state == PeekState.Broken) return new DetectedProtocol(DetectedKind.Broken);
        final |= state == PeekState.Ended || count == scratch.Length;
        if (count > 0) return Judge(scratch[..count], options, final);
        return state == PeekState.Ended ? new DetectedProtocol(DetectedKind.Ended)
            : final ? new DetectedProtocol(DetectedKind.Silent)
            : null;
    }

    /// <summary>What the bytes are; null while undecided, which <paramref name="final"/> rules out.</summary>
    internal static DetectedProtocol? Judge(ReadOnlySpan<byte> bytes, DetectionOptions options, bool final)
    {
        ClientHelloReading reading = ClientHelloReader.Read(bytes);
        switch (reading.Status)
        {
            case ClientHelloStatus.Complete: return new DetectedProtocol(DetectedKind.Tls) { Hello = reading.Hello };
            case ClientHelloStatus.Invalid: return new DetectedProtocol(DetectedKind.MalformedTls);
            case ClientHelloStatus.NeedMore: return final ? new DetectedProtocol(DetectedKind.MalformedTls) : null;
        }
        HttpHint? hint = options.DetectHttp ? HttpHintReader.Read(bytes) : HttpHint.None;
        if (hint is null && !final) return null;
        return new DetectedProtocol(DetectedKind.Plaintext) { HttpHint = hint ?? HttpHint.None };
    }
}
