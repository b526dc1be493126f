using Hauberk.Api.Flows;

namespace Hauberk.Sidecar.Records;

/// <summary>A record as the control plane's ledger takes it.</summary>
internal static class FlowRecord
{
    public static Flow ToFlow(this ConnectionRecord record) => new()
    {
        Id = record.Id,
        Direction = RecordNames.Of(record.Direction),
        StartedUnixMs = record.StartedAt.ToUnixTimeMilliseconds(),
        DurationMs = (long)record.Duration.TotalMilliseconds,
        SourceAddress = record.Source.ToString(),
        DestinationAddress = record.Destination?.ToString() ?? "",
        SourceIdentity = record.SourceIdentity?.ToString() ?? "",
        DestinationIdentity = record.DestinationIdentity?.ToString() ?? "",
        DestinationHost = record.DestinationHost,
        Security = RecordNames.Of(record.Security),
        Verdict = RecordNames.Of(record.Verdict),
        Reason = record.ReasonCode,
        Rule = record.Rule ?? "",
        BytesSent = (ulong)record.BytesSent,
        BytesReceived = (ulong)record.BytesReceived,
        ClosedBy = RecordNames.Of(record.ClosedBy),
        CloseReason = record.CloseReason.ToString(),
        ServerMode = RecordNames.Of(record.Mode),
        FirstSpeaker = RecordNames.Of(record.FirstSpeaker),
        Waited = record.HasWaited,
        Problem = record.ProblemText ?? "",
    };
}
