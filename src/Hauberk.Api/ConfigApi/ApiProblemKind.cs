namespace Hauberk.Api.ConfigApi;

/// <summary>What kept the config API from doing as asked. Names are stable: machine output shows them.</summary>
public enum ApiProblemKind
{
    /// <summary>No connection: no such host, nobody listening, or the connection broke.</summary>
    Unreachable,

    /// <summary>Whoever answered did not prove to be the control plane.</summary>
    Untrusted,

    /// <summary>No answer within the client's bound.</summary>
    TimedOut,

    /// <summary>The answer is over the client's bound.</summary>
    TooLarge,

    /// <summary>The answer is not what the config API sends.</summary>
    Malformed,

    /// <summary>401: the credential is missing, unknown or expired.</summary>
    Unauthenticated,

    /// <summary>403.</summary>
    Forbidden,

    /// <summary>404.</summary>
    NotFound,

    /// <summary>409: it exists already, or somebody changed it in between.</summary>
    Conflict,

    /// <summary>410: the revision asked for is no longer held.</summary>
    Gone,

    /// <summary>422 and 400: the control plane refuses what was sent; the causes say which fields.</summary>
    Invalid,

    /// <summary>Any other refusal or failure of the server.</summary>
    ServerError,
}
