using System.Text.Json;

namespace Hauberk.Sidecar.Records;

/// <summary>A record as one line of JSON; what is unknown is left out.</summary>
internal static class AccessLogLine
{
    public static void Write(Utf8JsonWriter json, ConnectionRecord record)
    {
        json.WriteStartObject();
        json.WriteString("time", record.StartedAt);
        json.WriteNumber("id", record.Id);
        json.WriteString("direction", RecordNames.Of(record.Direction));
        WriteEnds(json, record);
        WriteDecision(json, record);
        json.WriteNumber("bytesSent", record.BytesSent);
        json.WriteNumber("bytesReceived", record.BytesReceived);
        json.WriteNumber("durationMs", Math.Round(record.Duration.TotalMilliseconds, 3));
        json.WriteString("closedBy", RecordNames.Of(record.ClosedBy));
        json.WriteString("closeReason", record.CloseReason.ToString());
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteEnds(Utf8JsonWriter json, ConnectionRecord record)
    {
        json.WriteString("source", record.Source.ToString());
        WriteKnown(json, "sourceIdentity", record.SourceIdentity?.ToString());
        WriteKnown(json, "destination", record.Destination?.ToString());
        WriteKnown(json, "destinationHost", record.DestinationHost);
        WriteKnown(json, "destinationIdentity", record.DestinationIdentity?.ToString());
        WriteKnown(json, "upstream", record.Upstream?.ToString());
    }

    private static void WriteDecision(Utf8JsonWriter json, ConnectionRecord record)
    {
        WriteKnown(json, "security", RecordNames.Of(record.Security));
        if (record.IsResumed)
            json.WriteBoolean("resumed", true);
        WriteKnown(json, "firstSpeaker", RecordNames.Of(record.FirstSpeaker));
        if (record.HasWaited)
            json.WriteBoolean("waited", true);
        WriteKnown(json, "mode", RecordNames.Of(record.Mode));
        json.WriteString("verdict", RecordNames.Of(record.Verdict));
        json.WriteString("reason", record.ReasonCode);
        WriteKnown(json, "rule", record.Rule);
        WriteKnown(json, "problem", record.ProblemText);
    }

    private static void WriteKnown(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
    }
}
