using System.Globalization;
using System.Text.Json;
using Hauberk.ControlPlane.Distribution;
using Hauberk.ControlPlane.Flows;
using Hauberk.ControlPlane.Registry;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>GET …/sidecars: every workload that should have a sidecar, and how its sidecar is.</summary>
internal sealed class SidecarEndpoint(MeshRegistry registry, ConnectedSidecars sidecars, ServerFirstPorts serverFirst)
{
    public void Map(IEndpointRouteBuilder app) => app.MapGet("/apis/hauberk.dev/v1/sidecars", List);

    private IResult List()
    {
        var mesh = registry.Current;
        var connected = sidecars.ByNode();
        return ApiJson.Result(json =>
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "hauberk.dev/v1");
            json.WriteString("kind", "SidecarList");
            json.WriteStartObject("metadata");
            json.WriteEndObject();
            json.WriteStartArray("items");
            foreach (var workload in mesh.Workloads.Where(static w => WorkloadIdentity.HasSidecar(w.Endpoint)).OrderBy(static w => w.QualifiedName, StringComparer.Ordinal))
                Write(json, workload, connected[workload.QualifiedName].MaxBy(static c => c.ConnectedSince));
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private void Write(Utf8JsonWriter json, WorkloadEntryResource workload, SidecarConnection? connection)
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteString("namespace", workload.Metadata.Namespace);
        json.WriteString("name", workload.Metadata.Name);
        json.WriteEndObject();
        json.WriteStartObject("status");
        json.WriteBoolean("connected", connection is not null);
        if (connection is not null) WriteConnection(json, connection);
        WriteProblems(json, connection?.Problems ?? ["its sidecar is not connected: it never joined, or has stopped"]);
        if (workload.TunnelPort is { } tunnelPort) json.WriteNumber("tunnelPort", tunnelPort);
        WriteServerFirstPorts(json, workload.QualifiedName);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteConnection(Utf8JsonWriter json, SidecarConnection connection)
    {
        json.WriteString("identity", connection.Identity.ToString());
        json.WriteString("address", connection.Address);
        json.WriteString("version", connection.Version);
        json.WriteString("connectedSince", Time(connection.ConnectedSince));
        json.WriteString("certificateNotAfter", Time(connection.CertificateNotAfter));
        json.WriteStartObject("acknowledged");
        foreach (var (type, isUpToDate) in connection.Acknowledged) json.WriteBoolean(type, isUpToDate);
        json.WriteEndObject();
    }

    private static void WriteProblems(Utf8JsonWriter json, IEnumerable<string> problems)
    {
        json.WriteStartArray("problems");
        foreach (var problem in problems) json.WriteStringValue(problem);
        json.WriteEndArray();
    }

    private void WriteServerFirstPorts(Utf8JsonWriter json, string workload)
    {
        json.WriteStartArray("serverFirstPorts");
        foreach (var (port, lastSeen) in serverFirst.Of(workload))
        {
            json.WriteStartObject();
            json.WriteNumber("port", port);
            json.WriteString("lastSeen", Time(lastSeen));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
