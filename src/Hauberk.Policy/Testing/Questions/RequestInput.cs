using System.Collections.Immutable;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Testing.Questions;

/// <summary>The request of an "authorize" question. A request always has a method and a path: GET and "/" where none is given.</summary>
internal sealed record RequestInput
{
    private static readonly ImmutableArray<string> HttpFields = ["method", "path", "host", "headers", "jwt"];

    public string Method { get; private init; } = "GET";
    public string Path { get; private init; } = "/";
    public string Host { get; private init; } = "";
    public string? Sni { get; private init; }
    public string? RemoteIp { get; private init; }
    public string? DestinationIp { get; private init; }

    /// <summary>True where anything is given that only HTTP has.</summary>
    public bool SpeaksHttp { get; private init; }

    private GivenHeaders Headers { get; init; } = new([]);
    private TokenClaims? Token { get; init; }

    public static RequestInput Read(MappingReader question)
    {
        var reader = question.MappingOrEmpty("request");
        var input = new RequestInput
        {
            Method = reader.Text("method") ?? "GET",
            Path = reader.Text("path") ?? "/",
            Host = reader.Text("host") ?? "",
            Sni = reader.Text("sni"),
            RemoteIp = reader.Text("remoteIp"),
            DestinationIp = reader.Text("destinationIp"),
            SpeaksHttp = HttpFields.Any(reader.Has),
            Headers = ReadHeaders(reader),
            Token = ReadToken(reader),
        };
        reader.Finish();
        return input;
    }

    public RequestFacts Facts(in ConnectionFacts connection, string normalizedPath) => new()
    {
        Connection = connection,
        Method = Method,
        Host = Host,
        Path = NormalizedPath.WithoutQuery(normalizedPath),
        Headers = Headers,
        Token = Token,
    };

    private static GivenHeaders ReadHeaders(MappingReader reader)
    {
        var headers = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var (name, value) in reader.Entries("headers") ?? [])
        {
            var texts = value is SequenceNode list ? TokenInput.Texts(list) : TokenInput.Text(value) is { } text ? [text] : [];
            if (texts.IsEmpty) reader.Error(ProblemCodes.WrongType, "headers", $"The header \"{name}\" is a text or a list of texts.");
            headers.Add((name, string.Join(',', texts)));
        }
        return new(headers.ToImmutable());
    }

    private static TokenClaims? ReadToken(MappingReader reader) =>
        reader.Entries("jwt") is { } claims ? new TokenClaims(TokenInput.Flatten(claims, [])) : null;

    private sealed class GivenHeaders(ImmutableArray<(string Name, string Value)> headers) : IRequestHeaders
    {
        public bool TryGet(string name, out ReadOnlySpan<char> value)
        {
            foreach (var header in headers)
                if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    value = header.Value;
                    return true;
                }
            value = default;
            return false;
        }
    }
}
