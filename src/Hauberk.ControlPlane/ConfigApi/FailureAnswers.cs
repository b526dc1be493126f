using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>Whatever goes wrong, the answer is a Status object that shows nothing of the inside.</summary>
internal sealed partial class FailureAnswers(RequestDelegate next, ILogger<FailureAnswers> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false })
                await new ApiFailure(StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", $"{context.Request.Method} is not supported here").ExecuteAsync(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            if (e is not BadHttpRequestException) LogFailed(e, context.Request.Method, context.Request.Path);
            context.Response.Clear();
            await FailureOf(e).ExecuteAsync(context);
        }
    }

    private static ApiFailure FailureOf(Exception e) => e switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(
            StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLarge", "the request is too large"),
        BadHttpRequestException => ApiFailure.BadRequest("the request cannot be read"),
        StoreUnavailableException => new(StatusCodes.Status503ServiceUnavailable, "ServiceUnavailable", "the store cannot take writes at the moment"),
        _ => new(StatusCodes.Status500InternalServerError, "InternalError", "the request failed; see the control plane's log"),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private partial void LogFailed(Exception cause, string method, string path);
}
