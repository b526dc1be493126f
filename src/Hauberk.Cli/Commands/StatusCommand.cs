using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Hauberk.Api.ConfigApi;
using Hauberk.Cli.Output;

namespace Hauberk.Cli.Commands;

/// <summary>Is the mesh well? Exits 1 where a sidecar reports a problem.</summary>
internal static class StatusCommand
{
    public static Command Create(Terminal terminal)
    {
        var output = CommonOptions.Output(OutputFormat.Table, OutputFormat.Json);
        var command = new Command("status", "Show the control plane and all sidecars: connection, certificate, configuration, problems.") { output };
        command.SetAction((parsed, cancellation) =>
        {
            var printer = new Printer(terminal, parsed.FormatOf(output));
            return Session.UseAsync(terminal, parsed, printer, session => RunAsync(terminal, printer, session, cancellation));
        });
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, Printer printer, Session session, CancellationToken cancellation)
    {
        var version = await session.Client.GetVersionAsync(cancellation);
        if (!version.IsSuccess) return session.Fail(printer, version.Problem);
        var sidecars = await session.Client.ListSidecarsAsync(cancellation);
        if (!sidecars.IsSuccess) return session.Fail(printer, sidecars.Problem);
        if (printer.IsTable) WriteTable(terminal, printer, session, version.Value.Version, sidecars.Value);
        else printer.Json(json => WriteJson(json, session, version.Value.Version, sidecars.Value));
        return sidecars.Value.Any(s => s.Problems.Length > 0) ? ExitCode.No : ExitCode.Success;
    }

    private static void WriteTable(
        Terminal terminal, Printer printer, Session session, string version, ImmutableArray<SidecarStatus> sidecars)
    {
        var trustDomain = session.Kubeconfig.Roots.TrustDomain.Name;
        printer.Line($"control plane  {session.Client.Server.Authority}, version {version}, trust domain {trustDomain}");
        printer.Line($"sidecars       {sidecars.Count(s => s.IsConnected)} of {sidecars.Length} connected");
        if (sidecars.IsEmpty) return;
        printer.Line();
        var now = terminal.Clock.GetUtcNow();
        var table = new Table("WORKLOAD", "IDENTITY", "CONNECTED", "CERTIFICATE", "CONFIGURATION", "TUNNELS", new Column("PROBLEMS", Wraps: true));
        foreach (var sidecar in sidecars.OrderBy(s => s.Workload, StringComparer.Ordinal))
            table.Add(
                sidecar.Workload,
                IdentityText.Short(sidecar.Identity, trustDomain),
                Connected(sidecar, now),
                Certificate(sidecar, now),
                Configuration(sidecar),
                Tunnels(sidecar),
                sidecar.Problems.IsEmpty ? Cell.None : new(string.Join("; ", sidecar.Problems), Tone.Bad));
        printer.Write(table);
    }

    private static Cell Connected(SidecarStatus sidecar, DateTimeOffset now) => sidecar switch
    {
        { IsConnected: false } => new("no", Tone.Warning),
        { ConnectedSince: { } since } => new($"for {Amount.Duration(Max(now - since, TimeSpan.Zero))}", Tone.Good),
        _ => new("yes", Tone.Good),
    };

    private static Cell Certificate(SidecarStatus sidecar, DateTimeOffset now) => sidecar.CertificateNotAfter switch
    {
        null => Cell.None,
        { } end when end <= now => new("expired", Tone.Bad),
        { } end => new($"for {Amount.Duration(end - now)}", end - now < TimeSpan.FromHours(1) ? Tone.Warning : Tone.Plain),
    };

    private static Cell Configuration(SidecarStatus sidecar)
    {
        if (sidecar.Acknowledged.IsEmpty) return Cell.None;
        var behind = sidecar.Acknowledged.Where(type => !type.Value).Select(type => type.Key).ToList();
        return behind.Count == 0 ? new("up to date", Tone.Good) : new($"behind: {string.Join(", ", behind)}", Tone.Warning);
    }

    /// <summary>Whether others reach it through tunnels that connections share, rather than by a handshake for each.</summary>
    private static Cell Tunnels(SidecarStatus sidecar) => sidecar switch
    {
        { TunnelPort: not null } => "yes",
        { IsConnected: true } => "no",
        _ => Cell.None,
    };

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static void WriteJson(Utf8JsonWriter json, Session session, string version, ImmutableArray<SidecarStatus> sidecars)
    {
        json.WriteStartObject();
        json.WriteStartObject("controlPlane");
        json.WriteString("server", session.Client.Server.Authority);
        json.WriteString("version", version);
        json.WriteString("trustDomain", session.Kubeconfig.Roots.TrustDomain.Name);
        json.WriteEndObject();
        json.WriteStartArray("sidecars");
        foreach (var sidecar in sidecars) WriteJson(json, sidecar);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteJson(Utf8JsonWriter json, SidecarStatus sidecar)
    {
        json.WriteStartObject();
        json.WriteString("namespace", sidecar.Namespace);
        json.WriteString("name", sidecar.Name);
        json.WriteBoolean("connected", sidecar.IsConnected);
        json.WriteString("identity", sidecar.Identity);
        json.WriteString("address", sidecar.Address);
        json.WriteString("version", sidecar.Version);
        TimeText.Write(json, "connectedSince", sidecar.ConnectedSince);
        TimeText.Write(json, "certificateNotAfter", sidecar.CertificateNotAfter);
        json.WriteStartObject("acknowledged");
        foreach (var (type, isUpToDate) in sidecar.Acknowledged) json.WriteBoolean(type, isUpToDate);
        json.WriteEndObject();
        json.WriteStartArray("problems");
        foreach (var problem in sidecar.Problems) json.WriteStringValue(problem);
        json.WriteEndArray();
        if (sidecar.TunnelPort is { } port) json.WriteNumber("tunnelPort", port);
        else json.WriteNull("tunnelPort");
        json.WriteStartArray("serverFirstPorts");
        foreach (var serverFirst in sidecar.ServerFirstPorts)
        {
            json.WriteStartObject();
            json.WriteNumber("port", serverFirst.Port);
            TimeText.Write(json, "lastSeen", serverFirst.LastSeen);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
