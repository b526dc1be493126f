using System.Globalization;
using Hauberk.Identity;
using Hauberk.Policy.Decision;

namespace Hauberk.Sidecar.Records;

/// <summary>Counts of connections, in Prometheus' text format. Counting allocates nothing and takes no lock.</summary>
public sealed class ConnectionMetrics
{
    private static readonly string[] Reasons =
        [.. Enum.GetNames<DecisionReason>(), .. Enum.GetNames<IdentityProblemCode>(), .. Enum.GetNames<CloseReason>()];

    private static readonly int DecisionReasons = Enum.GetValues<DecisionReason>().Length;
    private static readonly int Problems = Enum.GetValues<IdentityProblemCode>().Length;
    private static readonly int CloseReasons = Enum.GetValues<CloseReason>().Length;
    private static readonly int Securities = Enum.GetValues<ConnectionSecurity>().Length;

    private readonly long[] connections = new long[2 * Securities * 2 * Reasons.Length];
    private readonly long[] closed = new long[2 * 3 * CloseReasons];
    private readonly long[] handshakeFailures = new long[2 * (Problems + 1)];
    private readonly long[] active = new long[2];
    private readonly long[] bytesSent = new long[2];
    private readonly long[] bytesReceived = new long[2];

    public long Active(ConnectionDirection direction) => Interlocked.Read(ref active[(int)direction]);

    public void Opened(ConnectionDirection direction) => Interlocked.Increment(ref active[(int)direction]);

    /// <summary>Once for each connection that was <see cref="Opened"/>.</summary>
    public void Ended(ConnectionDirection direction) => Interlocked.Decrement(ref active[(int)direction]);

    /// <summary>Once for each connection that leaves a record.</summary>
    public void Closed(ConnectionRecord record)
    {
        var direction = (int)record.Direction;
        Interlocked.Increment(ref connections[ConnectionIndex(direction, (int)record.Security, (int)record.Verdict, ReasonIndex(record))]);
        Interlocked.Increment(ref closed[(direction * 3 + (int)record.ClosedBy) * CloseReasons + (int)record.CloseReason]);
        Interlocked.Add(ref bytesSent[direction], record.BytesSent);
        Interlocked.Add(ref bytesReceived[direction], record.BytesReceived);
        if (record.CloseReason is CloseReason.HandshakeFailed or CloseReason.HandshakeTimeout or CloseReason.PeerCertificateRefused)
            Interlocked.Increment(ref handshakeFailures[direction * (Problems + 1) + (int)(record.Problem?.Code ?? 0)]);
    }

    public void Write(TextWriter writer)
    {
        WriteConnections(writer);
        WriteClosed(writer);
        WriteHandshakeFailures(writer);
        WriteByDirection(writer, "hauberk_connections_active", "gauge", "", active);
        WriteByDirection(writer, "hauberk_bytes_total", "counter", ",flow=\"sent\"", bytesSent);
        WriteByDirection(writer, "hauberk_bytes_total", null, ",flow=\"received\"", bytesReceived);
    }

    private static int ConnectionIndex(int direction, int security, int verdict, int reason) =>
        ((direction * Securities + security) * 2 + verdict) * Reasons.Length + reason;

    private static int ReasonIndex(ConnectionRecord record)
    {
        if (record.Reason != DecisionReason.None)
            return (int)record.Reason;
        // Problem codes count from 1.
        return record.Problem is { } problem ? DecisionReasons + (int)problem.Code - 1 : DecisionReasons + Problems + (int)record.CloseReason;
    }

    private void WriteConnections(TextWriter writer)
    {
        writer.Write("# TYPE hauberk_connections_total counter\n");
        for (var direction = 0; direction < 2; direction++)
            for (var security = 0; security < Securities; security++)
                for (var verdict = 0; verdict < 2; verdict++)
                    for (var reason = 0; reason < Reasons.Length; reason++)
                        WriteSample(writer, "hauberk_connections_total",
                            $"{Direction(direction)},security=\"{RecordNames.Of((ConnectionSecurity)security)}\"" +
                            $",verdict=\"{RecordNames.Of((Verdict)verdict)}\",reason=\"{Reasons[reason]}\"",
                            Interlocked.Read(ref connections[ConnectionIndex(direction, security, verdict, reason)]));
    }

    private void WriteClosed(TextWriter writer)
    {
        writer.Write("# TYPE hauberk_connections_closed_total counter\n");
        for (var i = 0; i < closed.Length; i++)
        {
            var (by, reason) = ((ClosedBy)(i / CloseReasons % 3), (CloseReason)(i % CloseReasons));
            WriteSample(writer, "hauberk_connections_closed_total",
                $"{Direction(i / CloseReasons / 3)},by=\"{RecordNames.Of(by)}\",reason=\"{reason}\"", Interlocked.Read(ref closed[i]));
        }
    }

    private void WriteHandshakeFailures(TextWriter writer)
    {
        writer.Write("# TYPE hauberk_handshake_failures_total counter\n");
        for (var i = 0; i < handshakeFailures.Length; i++)
        {
            var code = i % (Problems + 1);
            WriteSample(writer, "hauberk_handshake_failures_total",
                $"{Direction(i / (Problems + 1))},problem=\"{(code == 0 ? "Tls" : ((IdentityProblemCode)code).ToString())}\"",
                Interlocked.Read(ref handshakeFailures[i]));
        }
    }

    private static void WriteByDirection(TextWriter writer, string name, string? type, string labels, long[] values)
    {
        if (type is not null)
            writer.Write($"# TYPE {name} {type}\n");
        for (var direction = 0; direction < 2; direction++)
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{name}{{{Direction(direction)}{labels}}} {Interlocked.Read(ref values[direction])}\n"));
    }

    private static string Direction(int direction) => $"direction=\"{RecordNames.Of((ConnectionDirection)direction)}\"";

    /// <summary>A combination that never happened is left out: there are thousands.</summary>
    private static void WriteSample(TextWriter writer, string name, string labels, long value)
    {
        if (value != 0)
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {value}\n"));
    }
}
