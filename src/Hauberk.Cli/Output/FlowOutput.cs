using System.Globalization;
using System.Text.Json;
using Hauberk.Api.Flows;

namespace Hauberk.Cli.Output;

internal static class FlowOutput
{
    /// <summary>Each was reported when it ended; what is shown is when it began.</summary>
    public static IEnumerable<Flow> OldestFirst(IEnumerable<Flow> flows) => flows.OrderBy(f => f.StartedUnixMs).ThenBy(f => f.Id);

    public static Table TableOf(IEnumerable<Flow> flows, Session session, TimeProvider clock)
    {
        var table = new Table(
            "TIME", "FROM", "TO", "SEEN BY", "SECURITY", "VERDICT", new Column("WHY", Wraps: true),
            new Column("SENT", IsNumber: true), new Column("RECEIVED", IsNumber: true), new Column("LASTED", IsNumber: true));
        var trustDomain = session.Kubeconfig.Roots.TrustDomain.Name;
        var today = clock.GetLocalNow().Date;
        foreach (var flow in OldestFirst(flows))
            table.Add(
                TimeOf(flow, clock, today),
                SourceOf(flow, trustDomain),
                DestinationOf(flow, trustDomain),
                flow.Direction switch { "outbound" => "client", "inbound" => "server", var other => other },
                flow.Security is "plaintext" ? new Cell(flow.Security, Tone.Warning) : flow.Security,
                flow.Verdict is "deny" ? new Cell(flow.Verdict, Tone.Bad) : flow.Verdict,
                ReasonText.Of(flow),
                Amount.Bytes(flow.BytesSent),
                Amount.Bytes(flow.BytesReceived),
                Amount.Duration(TimeSpan.FromMilliseconds(flow.DurationMs)));
        return table;
    }

    public static void WriteJson(Utf8JsonWriter json, IEnumerable<Flow> flows)
    {
        json.WriteStartObject();
        json.WriteStartArray("flows");
        foreach (var flow in OldestFirst(flows)) WriteJson(json, flow);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteJson(Utf8JsonWriter json, Flow flow)
    {
        json.WriteStartObject();
        json.WriteNumber("id", flow.Id);
        json.WriteString("reporter", flow.Reporter);
        json.WriteString("direction", flow.Direction);
        json.WriteNumber("startedUnixMs", flow.StartedUnixMs);
        json.WriteNumber("durationMs", flow.DurationMs);
        json.WriteString("sourceAddress", flow.SourceAddress);
        json.WriteString("sourceWorkload", flow.SourceWorkload);
        json.WriteString("sourceIdentity", flow.SourceIdentity);
        json.WriteString("destinationAddress", flow.DestinationAddress);
        json.WriteString("destinationHost", flow.DestinationHost);
        json.WriteString("destinationWorkload", flow.DestinationWorkload);
        json.WriteString("destinationIdentity", flow.DestinationIdentity);
        json.WriteString("security", flow.Security);
        json.WriteString("serverMode", flow.ServerMode);
        json.WriteString("firstSpeaker", flow.FirstSpeaker);
        json.WriteBoolean("waited", flow.Waited);
        json.WriteString("verdict", flow.Verdict);
        json.WriteString("reason", flow.Reason);
        json.WriteString("rule", flow.Rule);
        json.WriteNumber("bytesSent", flow.BytesSent);
        json.WriteNumber("bytesReceived", flow.BytesReceived);
        json.WriteString("closedBy", flow.ClosedBy);
        json.WriteString("closeReason", flow.CloseReason);
        json.WriteString("problem", flow.Problem);
        json.WriteEndObject();
    }

    private static string TimeOf(Flow flow, TimeProvider clock, DateTime today)
    {
        // A number from the wire; beyond the calendar it is shown as it is.
        if (flow.StartedUnixMs is < 0 or > 253_402_300_799_999) return flow.StartedUnixMs.ToString(CultureInfo.InvariantCulture);
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(flow.StartedUnixMs), clock.LocalTimeZone);
        return local.ToString(local.Date == today ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static string SourceOf(Flow flow, string trustDomain) =>
        EndOf(flow.SourceWorkload, "", flow.SourceIdentity, flow.SourceAddress, trustDomain);

    private static string DestinationOf(Flow flow, string trustDomain) =>
        EndOf(flow.DestinationWorkload, flow.DestinationHost, flow.DestinationIdentity, flow.DestinationAddress, trustDomain)
        + PortOf(flow.DestinationAddress);

    /// <summary>The best name there is: workload, host, identity, address.</summary>
    private static string EndOf(string workload, string host, string identity, string address, string trustDomain)
    {
        if (workload.Length > 0) return workload;
        if (host.Length > 0) return host;
        if (identity.Length > 0) return IdentityText.Short(identity, trustDomain);
        return address.LastIndexOf(':') is > 0 and var colon ? address[..colon] : address;
    }

    private static string PortOf(string address) => address.LastIndexOf(':') is > 0 and var colon ? address[colon..] : "";
}
