using System.Text.Json;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Observability;

/// <summary>A live connection as the admin page shows it.</summary>
internal sealed record ConnectionSummary(
    ulong Id, string Direction, DateTimeOffset StartedAt, string Source, string? Destination, string Host, string Security,
    string? SourceIdentity, string? DestinationIdentity)
{
    public static ConnectionSummary Of(ConnectionRecord record) => new(
        record.Id, RecordNames.Of(record.Direction), record.StartedAt, record.Source.ToString(), record.Destination?.ToString(), record.DestinationHost,
        RecordNames.Of(record.Security), record.SourceIdentity?.ToString(), record.DestinationIdentity?.ToString());

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("id", Id);
        json.WriteString("direction", Direction);
        json.WriteString("startedAt", StartedAt);
        json.WriteString("source", Source);
        json.WriteString("destination", Destination);
        json.WriteString("host", Host);
        json.WriteString("security", Security);
        json.WriteString("sourceIdentity", SourceIdentity);
        json.WriteString("destinationIdentity", DestinationIdentity);
        json.WriteEndObject();
    }
}
