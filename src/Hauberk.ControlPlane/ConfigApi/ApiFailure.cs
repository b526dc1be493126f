using System.Collections.Immutable;
using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>A refused request as Kubernetes reports it: a Status object with a machine-readable reason.</summary>
/// <param name="Reason">"NotFound", "Conflict", …: Kubernetes API conventions, "Error codes".</param>
internal sealed record ApiFailure(int Code, string Reason, string Message) : IResult
{
    public ResourceKey? Resource { get; init; }

    public ImmutableArray<FailureCause> Causes { get; init; } = [];

    public static ApiFailure BadRequest(string message) => new(StatusCodes.Status400BadRequest, "BadRequest", message);

    public static ApiFailure Unauthorized() => new(StatusCodes.Status401Unauthorized, "Unauthorized", "Unauthorized");

    public static ApiFailure NotFound(ResourceKey key) => new(
        StatusCodes.Status404NotFound, "NotFound", $"{key} not found")
    { Resource = key };

    public static ApiFailure NoSuchPath() => new(StatusCodes.Status404NotFound, "NotFound", "the server could not find the requested resource");

    public static ApiFailure AlreadyExists(ResourceKey key) => new(
        StatusCodes.Status409Conflict, "AlreadyExists", $"{key} already exists")
    { Resource = key };

    public static ApiFailure Conflict(ResourceKey key, string why) => new(
        StatusCodes.Status409Conflict, "Conflict", $"{key} cannot be written: {why}")
    { Resource = key };

    public static ApiFailure Gone(long revision) => new(
        StatusCodes.Status410Gone, "Expired", $"resourceVersion {revision} is no longer (or not yet) known here; list and watch again");

    public static ApiFailure UnsupportedMediaType(string? given, string wanted) => new(
        StatusCodes.Status415UnsupportedMediaType, "UnsupportedMediaType", $"the content type {given ?? "(none)"} is not supported here; send {wanted}");

    public static ApiFailure Invalid(ResourceKey key, ImmutableArray<FailureCause> causes) => new(
        StatusCodes.Status422UnprocessableEntity, "Invalid",
        $"{key} is invalid: {string.Join("; ", causes.Take(10).Select(static c => c.Field.Length == 0 ? c.Message : $"{c.Field}: {c.Message}"))}")
    {
        Resource = key,
        Causes = causes,
    };

    public static ApiFailure Of(WriteResult result, ResourceKey key) => result.Outcome switch
    {
        WriteOutcome.NotFound => NotFound(key),
        WriteOutcome.TooLarge => new(StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLarge", $"{key} is too large") { Resource = key },
        WriteOutcome.Full => new(StatusCodes.Status507InsufficientStorage, "InternalError", "the store is full") { Resource = key },
        _ => Conflict(key, "it was changed in the meantime; read it again and repeat the change"),
    };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Code;
        return ApiJson.WriteAsync(httpContext.Response, json =>
        {
            json.WriteStartObject();
            WriteFields(json);
            json.WriteEndObject();
        });
    }

    public void WriteFields(System.Text.Json.Utf8JsonWriter json)
    {
        json.WriteString("kind", "Status");
        json.WriteString("apiVersion", "v1");
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteString("status", "Failure");
        json.WriteString("message", Message);
        json.WriteString("reason", Reason);
        WriteDetails(json);
        json.WriteNumber("code", Code);
    }

    private void WriteDetails(System.Text.Json.Utf8JsonWriter json)
    {
        if (Resource is not { } key) return;
        json.WriteStartObject("details");
        json.WriteString("name", key.Name);
        if (key.Group.Length > 0) json.WriteString("group", key.Group);
        json.WriteString("kind", key.Plural);
        if (!Causes.IsEmpty)
        {
            json.WriteStartArray("causes");
            foreach (var cause in Causes)
            {
                json.WriteStartObject();
                json.WriteString("reason", cause.Reason);
                json.WriteString("message", cause.Message);
                json.WriteString("field", cause.Field);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
