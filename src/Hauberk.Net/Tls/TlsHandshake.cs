using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;

namespace Hauberk.Net.Tls;

/// <summary>
/// Turns a TCP connection into a <see cref="TlsChannel"/>, or says why not. Takes the connection over and closes it on failure, after
/// the alert. Use on the loop's thread. Only bugs throw.
/// </summary>
public static class TlsHandshake
{
    /// <summary>Serves a client, which must show a certificate that the context's verifier accepts.</summary>
    public static Task<TlsHandshakeResult> AcceptAsync(TcpConnection connection, TlsContext context, Deadline deadline) =>
        RunAsync(connection, context, TlsRole.Server, null, null, deadline);

    /// <summary>
    /// Connects to a server. Success means that the server is verified and this side is done; whether the server takes our certificate
    /// shows on a later read (<see cref="Channels.ChannelProblemKind.HandshakeRejected"/>).
    /// </summary>
    /// <param name="connection">A connection with nothing read from it yet.</param>
    /// <param name="context">A context for clients.</param>
    /// <param name="serverName">The name to ask for (SNI); null sends none.</param>
    /// <param name="deadline">The bound of the whole handshake.</param>
    /// <param name="resumptionKey">
    /// Connections with the same key may resume each other's sessions, where the context allows it; null: a full handshake. A choice of speed alone:
    /// whoever the server is, the caller must ask of each channel anew whether it is the right one.
    /// </param>
    public static Task<TlsHandshakeResult> ConnectAsync(
        TcpConnection connection, TlsContext context, string? serverName, Deadline deadline, string? resumptionKey = null) =>
        RunAsync(connection, context, TlsRole.Client, serverName, resumptionKey, deadline);

    private static async Task<TlsHandshakeResult> RunAsync(
        TcpConnection connection, TlsContext context, TlsRole role, string? serverName, string? resumptionKey, Deadline deadline)
    {
        if (context.Role != role) throw new ArgumentException($"The context is for a {context.Role}.", nameof(context));
        if (!connection.IsOpen) return Aborted();
        try
        {
            var channel = new TlsChannel(connection, context, serverName, resumptionKey);
            return await DriveAsync(channel, deadline);
        }
        catch
        {
            connection.Abort();
            throw;
        }
    }

    private static async Task<TlsHandshakeResult> DriveAsync(TlsChannel channel, Deadline deadline)
    {
        while (true)
        {
            if (channel.Advance(out bool done) is { } problem)
            {
                channel.Connection.Close();
                return TlsHandshakeResult.Failed(problem);
            }
            if (done) return TlsHandshakeResult.Established(channel);
            WaitOutcome outcome = await channel.Connection.WaitReadableAsync(deadline);
            if (!channel.Connection.IsOpen) return Aborted();
            if (outcome == WaitOutcome.Ready) continue;
            channel.Abort();
            return TlsHandshakeResult.Failed(new TlsProblem(TlsProblemKind.TimedOut, "the handshake did not end in time"));
        }
    }

    private static TlsHandshakeResult Aborted() =>
        TlsHandshakeResult.Failed(new TlsProblem(TlsProblemKind.Aborted, "the connection was closed on this side during the handshake"));
}
