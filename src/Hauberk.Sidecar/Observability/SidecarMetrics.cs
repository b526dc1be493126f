using System.Globalization;
using Hauberk.Net;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Flows;
using Hauberk.Sidecar.Identity;

namespace Hauberk.Sidecar.Observability;

/// <summary>Every metric of a sidecar: those of its connections, then those of its identity and configuration.</summary>
internal sealed class SidecarMetrics(
    DataPlane plane,
    CertificateHolder certificates,
    SnapshotHolder snapshots,
    SnapshotClient configuration,
    CertificateRenewer renewer,
    FlowReporter flows,
    BackgroundLoops background,
    Readiness readiness)
{
    public void Write(TextWriter text)
    {
        plane.Metrics.Write(text);
        Gauge(text, "hauberk_connections_opening", "Inbound connections that wait for first bytes or are in a handshake", plane.Opening);
        Gauge(text, "hauberk_ready", "1 where the sidecar is ready", readiness.Missing.Count == 0 ? 1 : 0);
        Gauge(text, "hauberk_certificate_not_after_seconds", "End of the certificate's validity since the Unix epoch; 0: there is none",
            certificates.Current?.NotAfter.ToUnixTimeSeconds() ?? 0);
        Counter(text, "hauberk_certificate_renewals_total", "Certificates received", renewer.Renewals);
        Counter(text, "hauberk_certificate_renewal_failures_total", "Requests for a certificate that gave none", renewer.Failures);
        Gauge(text, "hauberk_control_plane_connected", "1 while the control plane answers", configuration.IsConnected ? 1 : 0);
        Gauge(text, "hauberk_configuration_version", "Counts the configurations of this process; 0: never configured", snapshots.Current?.Version ?? 0);
        Counter(text, "hauberk_configuration_updates_total", "Updates taken in", configuration.Accepted);
        Counter(text, "hauberk_configuration_updates_refused_total", "Updates that could not be taken in", configuration.Refused);
        Gauge(text, "hauberk_configuration_unsupported", "Resources that cannot be enforced here, so that what they govern is denied",
            configuration.Unsupported.Count);
        Gauge(text, "hauberk_destinations", "Destinations whose details are held", snapshots.Current?.Destinations.Count ?? 0);
        Gauge(text, "hauberk_address_index_entries", "Addresses and hosts of the mesh", snapshots.Current?.AddressIndex.Count ?? 0);
        Counter(text, "hauberk_flows_reported_total", "Connections reported to the control plane", flows.Reported);
        Counter(text, "hauberk_flows_dropped_total", "Connections not reported because the queue was full", flows.Dropped);
        Counter(text, "hauberk_background_failures_total", "How often a loop of the control side failed in a way that nobody foresaw and began again",
            background.Failures);
        WriteNativeResources(text);
    }

    private static void WriteNativeResources(TextWriter text)
    {
        const string name = "hauberk_native_resources";
        text.Write($"# HELP {name} What the data path holds outside the managed heap\n# TYPE {name} gauge\n");
        foreach (var kind in Enum.GetValues<NativeResourceKind>())
            text.Write(string.Create(CultureInfo.InvariantCulture, $"{name}{{kind=\"{kind}\"}} {NativeResources.OutstandingOf(kind)}\n"));
    }

    private static void Gauge(TextWriter text, string name, string help, long value) => Write(text, name, "gauge", help, value);

    private static void Counter(TextWriter text, string name, string help, long value) => Write(text, name, "counter", help, value);

    private static void Write(TextWriter text, string name, string type, string help, long value) =>
        text.Write(string.Create(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {value}\n"));
}
