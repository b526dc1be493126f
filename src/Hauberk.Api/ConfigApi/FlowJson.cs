using System.Globalization;
using System.Text.Json;
using Hauberk.Api.Flows;

namespace Hauberk.Api.ConfigApi;

/// <summary>Flows as the config API writes them: the message's fields in camelCase, under spec.</summary>
internal static class FlowJson
{
    public static string QueryString(FlowQuery query)
    {
        var text = $"?limit={query.Limit.ToString(CultureInfo.InvariantCulture)}";
        if (query.Namespace is not null) text += $"&namespace={Uri.EscapeDataString(query.Namespace)}";
        if (query.Verdict is not null) text += $"&verdict={Uri.EscapeDataString(query.Verdict)}";
        return text;
    }

    public static Flow Read(JsonElement item)
    {
        JsonElement? spec = item.Field("spec") ?? item;
        return new()
        {
            Id = (ulong)spec.Number("id"),
            Direction = spec.Text("direction"),
            StartedUnixMs = spec.Number("startedUnixMs"),
            DurationMs = spec.Number("durationMs"),
            SourceAddress = spec.Text("sourceAddress"),
            DestinationAddress = spec.Text("destinationAddress"),
            SourceIdentity = spec.Text("sourceIdentity"),
            DestinationIdentity = spec.Text("destinationIdentity"),
            DestinationHost = spec.Text("destinationHost"),
            Security = spec.Text("security"),
            Verdict = spec.Text("verdict"),
            Reason = spec.Text("reason"),
            Rule = spec.Text("rule"),
            BytesSent = (ulong)spec.Number("bytesSent"),
            BytesReceived = (ulong)spec.Number("bytesReceived"),
            ClosedBy = spec.Text("closedBy"),
            CloseReason = spec.Text("closeReason"),
            Reporter = spec.Text("reporter"),
            SourceWorkload = spec.Text("sourceWorkload"),
            DestinationWorkload = spec.Text("destinationWorkload"),
            ServerMode = spec.Text("serverMode"),
            FirstSpeaker = spec.Text("firstSpeaker"),
            Waited = spec.Flag("waited"),
            Problem = spec.Text("problem"),
        };
    }
}
