using System.Collections.Immutable;
using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Decision;

namespace Hauberk.Policy.Tests.Oracle;

/// <summary>Everything that a rule can ask about, as plain text.</summary>
public sealed record OracleRequest
{
    /// <summary>Without its scheme; null: plaintext.</summary>
    public string? Peer { get; init; }
    public string Source { get; init; } = "10.0.0.1";
    public string? Remote { get; init; }
    public string Destination { get; init; } = "10.0.0.2";
    public int Port { get; init; } = 8080;
    public string? Sni { get; init; }
    public bool IsHttp { get; init; }
    public string Method { get; init; } = "GET";
    public string Host { get; init; } = "a.com";
    public string Path { get; init; } = "/";
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Claim path ("realm.roles") to its texts; null: no token.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>>? Claims { get; init; }

    public ConnectionFacts ConnectionFacts => new(
        Peer is null ? null : SpiffeId.Parse("spiffe://" + Peer), IPAddress.Parse(Source), IPAddress.Parse(Destination), Port, Sni)
    {
        RemoteAddress = Remote is null ? null : IPAddress.Parse(Remote),
    };

    public RequestFacts RequestFacts => new()
    {
        Connection = ConnectionFacts,
        Method = Method,
        Host = Host,
        Path = Path,
        Headers = new TextHeaders(Headers),
        Token = Claims is null ? null : new TokenClaims(Claims.Select(c => KeyValuePair.Create(c.Key.Split('.').ToImmutableArray(), c.Value))),
    };

    private sealed class TextHeaders(ImmutableSortedDictionary<string, string> headers) : IRequestHeaders
    {
        public bool TryGet(string name, out ReadOnlySpan<char> value)
        {
            var found = headers.TryGetValue(name.ToLowerInvariant(), out var text);
            value = text;
            return found;
        }
    }
}
