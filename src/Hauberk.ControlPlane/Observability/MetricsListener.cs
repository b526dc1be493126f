namespace Hauberk.ControlPlane.Observability;

/// <summary>Plain HTTP for monitoring: /metrics and /healthz, no secrets.</summary>
internal static class MetricsListener
{
    private const int MaxConnections = 256;
    private const string PrometheusText = "text/plain; version=0.0.4; charset=utf-8";

    public static Task<ListenerHost> StartAsync(ControlPlaneOptions options, ILoggerFactory logs, MetricsPage page, ControlPlaneHealth health) =>
        ListenerHost.StartAsync(
            options.Listen, options.MetricsPort, logs,
            static kestrel => kestrel.Limits.MaxConcurrentConnections = MaxConnections,
            static _ => { },
            static _ => { },
            app =>
            {
                app.MapGet("/metrics", () => Results.Text(page.Write(), PrometheusText));
                app.MapGet("/healthz", () => health.Problems() is { Count: > 0 } problems
                    ? Results.Text(string.Join('\n', problems) + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
                    : Results.Text("ok\n"));
            });
}
