using System.Collections.Immutable;

namespace Hauberk.Api.ConfigApi;

/// <summary>Why a call of the config API did not succeed.</summary>
/// <param name="StatusCode">HTTP status; 0 where there was no answer.</param>
/// <param name="Reason">Reason of the Status object ("NotFound", "AlreadyExists"); empty where there was none.</param>
/// <param name="Message">One sentence; never holds a credential.</param>
public sealed record ApiProblem(ApiProblemKind Kind, int StatusCode, string Reason, string Message, ImmutableArray<ApiCause> Causes)
{
    public ApiProblem(ApiProblemKind kind, string message) : this(kind, 0, "", message, [])
    {
    }

    public override string ToString() => $"{Kind}: {Message}";
}
