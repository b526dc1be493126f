using System.Net;
using Microsoft.AspNetCore.Http;

namespace Hauberk.Sidecar.Observability;

/// <summary>15021: /healthz/ready answers 200, or 503 with what is missing; /healthz/live answers while the process does.</summary>
internal sealed class ReadinessPage(Readiness readiness)
{
    public static readonly IPEndPoint Address = new(IPAddress.Any, SidecarPorts.Readiness);

    public Task ServeAsync(HttpContext context)
    {
        if (context.Request.Path == "/healthz/live")
            return context.Response.WriteAsync("live\n", context.RequestAborted);
        if (context.Request.Path != "/healthz/ready")
            return Pages.NotFoundAsync(context);
        if (readiness.Missing is not [_, ..] missing)
            return context.Response.WriteAsync("ready\n", context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync($"not ready: {string.Join(", ", missing)}\n", context.RequestAborted);
    }
}
