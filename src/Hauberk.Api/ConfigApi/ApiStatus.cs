using System.Text.Json;

namespace Hauberk.Api.ConfigApi;

/// <summary>Reads Kubernetes Status objects.</summary>
internal static class ApiStatus
{
    private const int MaxCauses = 200;

    /// <param name="body">Null where the body was no JSON.</param>
    public static ApiProblem ProblemOf(int statusCode, JsonElement? body) => new(
        KindOf(statusCode),
        statusCode,
        body.Text("reason"),
        body.Text("message") is { Length: > 0 } message ? message : $"the control plane answered with status {statusCode}",
        [
            .. body.Field("details").Items("causes").Take(MaxCauses)
                .Select(cause => new ApiCause(cause.Text("field"), cause.Text("reason"), cause.Text("message"))),
        ]);

    private static ApiProblemKind KindOf(int statusCode) => statusCode switch
    {
        400 or 413 or 415 or 422 => ApiProblemKind.Invalid,
        401 => ApiProblemKind.Unauthenticated,
        403 => ApiProblemKind.Forbidden,
        404 => ApiProblemKind.NotFound,
        409 => ApiProblemKind.Conflict,
        410 => ApiProblemKind.Gone,
        _ => ApiProblemKind.ServerError,
    };
}
