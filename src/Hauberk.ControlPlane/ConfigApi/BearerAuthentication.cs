using Hauberk.ControlPlane.Observability;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>Before anything else is looked at: who is not an operator gets 401, whatever the path, whether it exists or not.</summary>
internal sealed class BearerAuthentication(RequestDelegate next, AdminCredential credential, ControlPlaneMetrics metrics)
{
    private const string Scheme = "Bearer ";
    private const int MaxTokenLength = 4096;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.Value is "/healthz" or "/version" || IsOperator(context.Request)) return next(context);
        metrics.ApiUnauthorized.Increment();
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return ApiFailure.Unauthorized().ExecuteAsync(context);
    }

    private bool IsOperator(HttpRequest request) =>
        request.Headers.Authorization is [{ Length: < MaxTokenLength } header]
        && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && credential.IsValid(header[Scheme.Length..]);
}
