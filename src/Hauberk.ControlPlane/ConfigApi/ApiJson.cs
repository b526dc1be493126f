using System.Buffers;
using System.Text.Json;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>Answers, written without an object model.</summary>
internal static class ApiJson
{
    public const string ContentType = "application/json";

    public static IResult Result(Action<Utf8JsonWriter> write, int statusCode = StatusCodes.Status200OK) => new Answer(write, statusCode);

    public static async Task WriteAsync(HttpResponse response, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(buffer)) write(json);
        response.ContentType = ContentType;
        response.ContentLength = buffer.WrittenCount + 1;
        response.BodyWriter.Write(buffer.WrittenSpan);
        response.BodyWriter.Write("\n"u8);
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }

    private sealed class Answer(Action<Utf8JsonWriter> write, int statusCode) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = statusCode;
            return WriteAsync(httpContext.Response, write);
        }
    }
}
