using System.Text.Json;
using Hauberk.ControlPlane.Enrolment;
using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>POST …/namespaces/{ns}/jointokens: the answer holds a join file, whose token is shown this once.</summary>
internal sealed class JoinTokenEndpoint(JoinFileMaker joinFiles)
{
    private const int DefaultExpirationSeconds = 24 * 60 * 60;

    public void Map(IEndpointRouteBuilder app) => app.MapPost("/apis/hauberk.dev/v1/namespaces/{ns}/jointokens", (Delegate)CreateAsync);

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        var @namespace = (string)context.Request.RouteValues["ns"]!;
        var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        if (TryRead(body) is not { } spec) return ApiFailure.BadRequest("the body is not a JoinToken with spec.serviceAccount and spec.workload");
        var key = new ResourceKey("hauberk.dev", "jointokens", @namespace, spec.Workload);
        if (spec.ExpirationSeconds <= 0)
            return ApiFailure.Invalid(key, [new("spec.expirationSeconds", FailureCause.Invalid, "it must be more than 0")]);
        var made = await joinFiles.MakeAsync(@namespace, spec.Workload, spec.ServiceAccount, TimeSpan.FromSeconds(spec.ExpirationSeconds), context.RequestAborted);
        if (made.File is not { } file) return ApiFailure.Invalid(key, [new(made.Field, FailureCause.Invalid, made.Problem)]);
        context.Response.Headers.CacheControl = "no-store";
        return ApiJson.Result(json => Write(json, @namespace, spec, file.ToJson()), StatusCodes.Status201Created);
    }

    private static void Write(Utf8JsonWriter json, string @namespace, Spec spec, byte[] file)
    {
        json.WriteStartObject();
        json.WriteString("apiVersion", "hauberk.dev/v1");
        json.WriteString("kind", "JoinToken");
        json.WriteStartObject("metadata");
        json.WriteString("namespace", @namespace);
        json.WriteEndObject();
        json.WriteStartObject("spec");
        json.WriteString("serviceAccount", spec.ServiceAccount);
        json.WriteString("workload", spec.Workload);
        json.WriteNumber("expirationSeconds", spec.ExpirationSeconds);
        json.WriteEndObject();
        json.WriteStartObject("status");
        json.WritePropertyName("joinFile");
        json.WriteRawValue(file);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Spec? TryRead(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var spec = document.RootElement.GetProperty("spec");
            var seconds = spec.TryGetProperty("expirationSeconds", out var given) ? given.GetInt64() : DefaultExpirationSeconds;
            return spec.GetProperty("serviceAccount").GetString() is { Length: > 0 } account && spec.GetProperty("workload").GetString() is { Length: > 0 } workload
                ? new(account, workload, Math.Clamp(seconds, 0, int.MaxValue))
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private sealed record Spec(string ServiceAccount, string Workload, long ExpirationSeconds);
}
