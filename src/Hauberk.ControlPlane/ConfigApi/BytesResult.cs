namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>JSON that is ready to send.</summary>
internal sealed class BytesResult(ReadOnlyMemory<byte> json, int statusCode = StatusCodes.Status200OK) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = statusCode;
        httpContext.Response.ContentType = ApiJson.ContentType;
        httpContext.Response.ContentLength = json.Length;
        await httpContext.Response.BodyWriter.WriteAsync(json, httpContext.RequestAborted);
    }
}
