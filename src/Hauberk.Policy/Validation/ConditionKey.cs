namespace Hauberk.Policy.Validation;

/// <summary>The keys that "when" knows (specification 3.7).</summary>
internal static class ConditionKey
{
    private const string HeaderPrefix = "request.headers[";
    private const string ClaimPrefix = "request.auth.claims[";

    public static bool IsFromToken(string key) => key.StartsWith("request.auth.", StringComparison.Ordinal);

    /// <returns>What is wrong, or null.</returns>
    public static string? Check(string key)
    {
        if (key.StartsWith("experimental.envoy.filters.", StringComparison.Ordinal))
            return "Keys of Envoy filters are refused: there is no Envoy here, and a rule without its condition would be another rule.";
        if (key.StartsWith(HeaderPrefix, StringComparison.Ordinal)) return CheckHeader(key);
        if (key.StartsWith(ClaimPrefix, StringComparison.Ordinal)) return CheckClaim(key);
        return IsPlainKey(key) ? null : $"\"{ForeignText.Shown(key)}\" is not a key that conditions know.";
    }

    /// <summary>What is wrong with a value of the key, or null.</summary>
    public static string? CheckValue(string key, string value) => key switch
    {
        "source.ip" or "remote.ip" or "destination.ip" => IpText.CheckAddressOrBlock(value),
        "destination.port" => Kinds.PortRules.Check(value),
        "source.serviceAccount" => ServiceAccountText.Check(value),
        "source.trustDomain" => value.Contains('/', StringComparison.Ordinal) ? "A trust domain has no \"/\"." : null,
        _ => null,
    };

    private static bool IsPlainKey(string key) => key is
        "source.ip" or "remote.ip" or "source.namespace" or "source.principal" or "source.serviceAccount" or "source.trustDomain" or
        "request.auth.principal" or "request.auth.audiences" or "request.auth.presenter" or
        "destination.ip" or "destination.port" or "connection.sni";

    private static string? CheckHeader(string key)
    {
        var name = key.AsSpan(HeaderPrefix.Length);
        var isName = name.EndsWith("]") && HttpToken.IsHeaderName(name[..^1]);
        return isName ? null : $"\"{ForeignText.Shown(key)}\" does not name a header: request.headers[NAME].";
    }

    private static string? CheckClaim(string key)
    {
        var isPath = key.EndsWith(']') && key[ClaimPrefix.Length..^1].Split("][").All(part => part.Length > 0 && !part.AsSpan().ContainsAny('[', ']'));
        return isPath ? null : $"\"{ForeignText.Shown(key)}\" does not name a claim: request.auth.claims[NAME] or [NAME][NESTED].";
    }
}
