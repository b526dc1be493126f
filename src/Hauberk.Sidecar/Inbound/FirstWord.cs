using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Inbound;

/// <summary>Listens to both sides of a connection until one speaks, without taking a byte. On the loop's thread.</summary>
internal static class FirstWord
{
    /// <summary>Where both have spoken, the client was first: what it says may decide whether the two may talk at all.</summary>
    public static async Task<FirstSpeaker> HearAsync(TcpConnection client, TcpConnection application)
    {
        Task ofClient = Task.CompletedTask, ofApplication = Task.CompletedTask;
        while (true)
        {
            if (HasBegun(client, out _))
                return FirstSpeaker.Client;
            if (HasBegun(application, out var hasBytes))
                return hasBytes ? FirstSpeaker.Application : FirstSpeaker.Nobody;
            // One wait at a time: what the other side did not answer still stands.
            if (ofClient.IsCompleted)
                ofClient = client.WaitReadableAsync(Deadline.Never);
            if (ofApplication.IsCompleted)
                ofApplication = application.WaitReadableAsync(Deadline.Never);
            await Task.WhenAny(ofClient, ofApplication);
        }
    }

    /// <summary>Whether there is a byte, an end or a failure.</summary>
    public static bool HasBegun(TcpConnection connection, out bool hasBytes)
    {
        Span<byte> first = stackalloc byte[1];
        hasBytes = connection.Peek(first, out var state) > 0;
        return hasBytes || state != PeekState.Open;
    }
}
