using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hauberk.Sidecar.Observability;

/// <summary>What all pages answer with.</summary>
internal static class Pages
{
    public static Task NotFoundAsync(HttpContext context) => PlainAsync(context, StatusCodes.Status404NotFound, "there is no such page");

    public static Task PlainAsync(HttpContext context, int status, string line)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(line + "\n", context.RequestAborted);
    }

    public static async Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
