using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Hauberk.Sidecar.Observability;

/// <summary>15020: /metrics in Prometheus' text format.</summary>
internal sealed class MetricsPage(SidecarMetrics metrics)
{
    public static readonly IPEndPoint Address = new(IPAddress.Any, SidecarPorts.Metrics);

    public Task ServeAsync(HttpContext context)
    {
        if (context.Request.Path != "/metrics")
            return Pages.NotFoundAsync(context);
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        metrics.Write(text);
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
