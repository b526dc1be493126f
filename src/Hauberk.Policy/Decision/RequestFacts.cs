namespace Hauberk.Policy.Decision;

/// <summary>One HTTP request on a connection. Input of an HTTP decision; a view of the caller's memory, valid for the call.</summary>
public readonly ref struct RequestFacts
{
    public required ConnectionFacts Connection { get; init; }

    /// <summary>As sent; gRPC is always POST.</summary>
    public ReadOnlySpan<char> Method { get; init; }

    /// <summary>Host or :authority as sent, the port included if the client sent it.</summary>
    public ReadOnlySpan<char> Host { get; init; }

    /// <summary>Normalised (<see cref="NormalizedPath"/>), without query and fragment.</summary>
    public ReadOnlySpan<char> Path { get; init; }

    /// <summary>Null: no headers.</summary>
    public IRequestHeaders? Headers { get; init; }

    /// <summary>Of a validated token; null: none.</summary>
    public TokenClaims? Token { get; init; }
}
