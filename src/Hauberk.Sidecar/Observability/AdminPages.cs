using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Records;
using Microsoft.AspNetCore.Http;

namespace Hauberk.Sidecar.Observability;

/// <summary>15000, loopback only: what this sidecar runs by. No secret is shown; what can be done is to renew the certificate and to stop it.</summary>
internal sealed class AdminPages(
    CertificateHolder certificates,
    CertificateRenewer renewer,
    SnapshotHolder snapshots,
    SnapshotClient configuration,
    Readiness readiness,
    DataPlane plane,
    Action stop)
{
    public static readonly IPEndPoint Address = new(IPAddress.Loopback, SidecarPorts.Admin);

    private const int MaxConnectionsShown = 1000;

    public Task ServeAsync(HttpContext context)
    {
        // A web page that the operator visits must not be able to speak to this one under a name of its own.
        if (context.Request.Host.Host is not ("127.0.0.1" or "localhost"))
            return Pages.PlainAsync(context, StatusCodes.Status421MisdirectedRequest, "ask for 127.0.0.1 or localhost");
        // Nor post to this one, which it could without reading the answer. No page is served here, so a browser has no business to.
        if (context.Request.Method != "GET" && (context.Request.Headers.ContainsKey("Origin") || context.Request.Headers.ContainsKey("Sec-Fetch-Site")))
            return Pages.PlainAsync(context, StatusCodes.Status403Forbidden, "not from a web page");
        return (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", "/config") => Pages.JsonAsync(context, WriteConfiguration),
            ("GET", "/certs") => Pages.JsonAsync(context, WriteCertificates),
            ("GET", "/connections") => ShowConnectionsAsync(context),
            ("POST", "/certs/renew") => RenewAsync(context),
            ("POST", "/quitquitquit") => QuitAsync(context),
            ("GET", "/quitquitquit" or "/certs/renew") => Pages.PlainAsync(context, StatusCodes.Status405MethodNotAllowed, "this needs POST"),
            ("GET", "/") => Pages.PlainAsync(context, StatusCodes.Status200OK, "GET /config /certs /connections, POST /certs/renew /quitquitquit"),
            _ => Pages.NotFoundAsync(context),
        };
    }

    private void WriteConfiguration(Utf8JsonWriter json)
    {
        json.WriteString("programVersion", ProgramVersion.Text);
        json.WriteBoolean("controlPlaneConnected", configuration.IsConnected);
        json.WriteNumber("updatesAccepted", configuration.Accepted);
        json.WriteNumber("updatesRefused", configuration.Refused);
        json.WriteString("lastProblem", configuration.LastProblem);
        WriteStrings(json, "missing", readiness.Missing.Select(static m => m.ToString()));
        WriteStrings(json, "unsupported", configuration.Unsupported.Select(static u => $"{u.Reference}: {u.Why}"));
        if (snapshots.Current is not { } snapshot)
            return;
        json.WriteNumber("version", snapshot.Version);
        json.WriteString("workload", $"{snapshot.Workload.Namespace}/{snapshot.Workload.Name}");
        json.WriteString("mode", snapshot.Policy.WorkloadMode.ToString().ToUpperInvariant());
        json.WriteStartArray("serverFirstPorts");
        foreach (var port in plane.ServerFirstPorts)
            json.WriteNumberValue(port);
        json.WriteEndArray();
        json.WriteNumber("addressIndexEntries", snapshot.AddressIndex.Count);
        WriteStrings(json, "trustDomains", snapshot.TrustBundles.Bundles.Select(static b => b.TrustDomain.Name));
        json.WriteStartArray("destinations");
        foreach (var destination in snapshot.Destinations.Values.OrderBy(static d => d.Name, StringComparer.Ordinal))
            WriteDestination(json, destination);
        json.WriteEndArray();
    }

    private static void WriteDestination(Utf8JsonWriter json, DestinationSnapshot destination)
    {
        json.WriteStartObject();
        json.WriteString("name", destination.Name);
        json.WriteBoolean("external", destination.IsExternal);
        WriteStrings(json, "endpoints", destination.Endpoints.Select(static e => $"{e.Address} {e.Identity?.ToString() ?? "no identity"}"));
        json.WriteEndObject();
    }

    private void WriteCertificates(Utf8JsonWriter json)
    {
        if (certificates.Current is { } current)
        {
            json.WriteString("identity", current.Identity.ToString());
            json.WriteString("notBefore", current.NotBefore);
            json.WriteString("notAfter", current.NotAfter);
            WriteChain(json, "chain", current.ChainDer);
        }
        foreach (var bundle in snapshots.Current?.TrustBundles.Bundles ?? [])
            WriteChain(json, $"roots of {bundle.TrustDomain}", bundle.Roots);
    }

    private static void WriteChain(Utf8JsonWriter json, string name, IEnumerable<ReadOnlyMemory<byte>> chain)
    {
        json.WriteStartArray(name);
        foreach (var der in chain)
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der.Span);
            json.WriteStartObject();
            json.WriteString("subject", certificate.Subject);
            json.WriteString("serialNumber", certificate.SerialNumber);
            json.WriteString("notAfter", new DateTimeOffset(certificate.NotAfter).ToUniversalTime());
            json.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(der.Span)));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private async Task ShowConnectionsAsync(HttpContext context)
    {
        var connections = await plane.ReadConnectionsAsync(ConnectionSummary.Of);
        await Pages.JsonAsync(context, json =>
        {
            json.WriteNumber("inbound", plane.Metrics.Active(ConnectionDirection.Inbound));
            json.WriteNumber("outbound", plane.Metrics.Active(ConnectionDirection.Outbound));
            json.WriteNumber("opening", plane.Opening);
            json.WriteStartArray("connections");
            foreach (var connection in connections.Take(MaxConnectionsShown))
                connection.Write(json);
            json.WriteEndArray();
        });
    }

    private Task RenewAsync(HttpContext context)
    {
        renewer.RenewNow();
        return Pages.PlainAsync(context, StatusCodes.Status202Accepted, "renewing");
    }

    private Task QuitAsync(HttpContext context)
    {
        context.Response.OnCompleted(() =>
        {
            stop();
            return Task.CompletedTask;
        });
        return Pages.PlainAsync(context, StatusCodes.Status200OK, "stopping");
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
