using System.Globalization;
using System.Text;
using Hauberk.ControlPlane.Distribution;
using Hauberk.ControlPlane.Flows;
using Hauberk.ControlPlane.Mesh;
using Hauberk.ControlPlane.Registry;
using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.Observability;

/// <summary>Prometheus' text format.</summary>
internal sealed class MetricsPage(
    SqliteStore store, MeshRegistry registry, ConnectedSidecars sidecars, FlowLedger flows, ServerCertificate certificate, ControlPlaneMetrics metrics)
{
    private const string Prefix = "hauberk_control_plane_";

    public string Write()
    {
        var text = new StringBuilder();
        Gauge(text, "store_revision", "Revision of the store.", store.Current.Revision);
        Gauge(text, "store_resources", "Resources in the store.", store.Current.Count);
        Gauge(text, "store_bytes", "Bytes of the stored resources.", store.Current.Bytes);
        Counter(text, "store_commits_total", "Commits to disk.", store.Commits);
        Gauge(text, "registry_revision", "Store revision that the registry has taken in.", registry.Current.Revision);
        Gauge(text, "address_index_entries", "Entries of the address index.", registry.Current.Addresses.Entries.Count);
        Gauge(text, "connected_sidecars", "Streams of sidecars.", sidecars.Count);
        Gauge(text, "server_certificate_not_after_seconds", "End of the own certificate's validity, Unix time.", certificate.NotAfter.ToUnixTimeSeconds());
        Gauge(text, "flows_held", "Flows in the ledger.", Math.Min(flows.Count, FlowLedger.DefaultCapacity));
        Counter(text, "api_unauthorized_total", "Config API requests without a valid credential.", metrics.ApiUnauthorized.Value);
        Counter(text, "certificates_issued_total", "Workload certificates issued.", metrics.CertificatesIssued.Value);
        Counter(text, "enrolments_refused_total", "Signing requests refused.", metrics.EnrolmentsRefused.Value);
        Counter(text, "handshakes_refused_total", "Handshakes refused for their client certificate.", metrics.HandshakesRefused.Value);
        Counter(text, "connections_refused_total", "Connections refused because too many had proven no identity.", metrics.ConnectionsRefused.Value);
        Counter(text, "streams_refused_total", "Configuration streams refused or ended for want of a right.", metrics.StreamsRefused.Value);
        Counter(text, "responses_sent_total", "Discovery responses sent.", metrics.ResponsesSent.Value);
        Counter(text, "resources_sent_total", "Resources and removals sent.", metrics.ResourcesSent.Value);
        Counter(text, "responses_rejected_total", "Discovery responses that a sidecar refused.", metrics.ResponsesRejected.Value);
        Counter(text, "flows_accepted_total", "Flows taken into the ledger.", metrics.FlowsAccepted.Value);
        Counter(text, "flows_dropped_total", "Flows that sidecars had to drop, or that were too large.", metrics.FlowsDropped.Value);
        Histogram(text, "push_seconds", "From a change to its sending, for each sidecar.", metrics.PushSeconds);
        return text.ToString();
    }

    private static void Gauge(StringBuilder text, string name, string help, long value) => One(text, name, help, "gauge", value);

    private static void Counter(StringBuilder text, string name, string help, long value) => One(text, name, help, "counter", value);

    private static void One(StringBuilder text, string name, string help, string type, long value)
    {
        Head(text, name, help, type);
        text.Append(CultureInfo.InvariantCulture, $"{Prefix}{name} {value}\n");
    }

    private static void Histogram(StringBuilder text, string name, string help, Histogram histogram)
    {
        Head(text, name, help, "histogram");
        var (buckets, sum) = histogram.Read();
        foreach (var (bound, count) in buckets)
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{name}_bucket{{le=\"{(double.IsInfinity(bound) ? "+Inf" : bound)}\"}} {count}\n");
        text.Append(CultureInfo.InvariantCulture, $"{Prefix}{name}_sum {sum}\n{Prefix}{name}_count {buckets[^1].Count}\n");
    }

    private static void Head(StringBuilder text, string name, string help, string type) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Prefix}{name} {help}\n# TYPE {Prefix}{name} {type}\n");
}
