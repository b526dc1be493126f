using System.Collections.Immutable;
using System.Globalization;
using Hauberk.Policy.Resolution;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>Makes the matcher of one field. A problem is a sentence: the field says something that we cannot enforce.</summary>
internal sealed class FieldCompiler(string policyNamespace, TrustDomainSet trustDomains)
{
    private const string Headers = "request.headers";
    private const string Claims = "request.auth.claims";

    private readonly List<string> problems = [];

    public IReadOnlyList<string> Problems => problems;

    /// <summary>True for fields that only HTTP traffic can answer (specification 3.8).</summary>
    public static bool IsHttpOnly(string key) =>
        key is "hosts" or "methods" or "paths" or "requestPrincipals"
        || key.StartsWith(Headers, StringComparison.Ordinal) || key.StartsWith("request.auth.", StringComparison.Ordinal);

    /// <param name="key">The name of a source or operation field, or a "when" key.</param>
    /// <returns>Null where there is a problem.</returns>
    public FieldMatcher? Compile(string key, FieldDescription field) => key switch
    {
        "principals" or "source.principal" => new PrincipalMatcher(field, trustDomains),
        "namespaces" or "source.namespace" => new NamespaceMatcher(field),
        "serviceAccounts" or "source.serviceAccount" => new ServiceAccountMatcher(field, policyNamespace),
        "trustDomains" or "source.trustDomain" => new TrustDomainMatcher(field),
        "ipBlocks" or "source.ip" => Addresses(field, AddressOf.Source),
        "remoteIpBlocks" or "remote.ip" => Addresses(field, AddressOf.Remote),
        "destination.ip" => Addresses(field, AddressOf.Destination),
        "ports" or "destination.port" => Ports(field),
        "connection.sni" => new SniMatcher(field),
        "requestPrincipals" or "request.auth.principal" => new RequestPrincipalMatcher(field),
        "hosts" => new HostMatcher(field),
        "methods" => new MethodMatcher(field),
        "paths" => Paths(field),
        "request.auth.audiences" => new ClaimMatcher(field, ["aud"]),
        "request.auth.presenter" => new ClaimMatcher(field, ["azp"]),
        _ => Bracketed(key, field),
    };

    private FieldMatcher? Bracketed(string key, FieldDescription field)
    {
        if (key.StartsWith(Headers, StringComparison.Ordinal) && BracketPath.Parse(key[Headers.Length..]) is [var header])
            return new HeaderMatcher(field, header);
        if (key.StartsWith(Claims, StringComparison.Ordinal) && BracketPath.Parse(key[Claims.Length..]) is { Length: > 0 } claim)
            return new ClaimMatcher(field, claim);
        return Problem(field, $"the key {key} is not known");
    }

    private FieldMatcher? Addresses(FieldDescription field, AddressOf of)
    {
        var ranges = ImmutableArray.CreateBuilder<AddressRange>();
        foreach (var value in field.Values)
        {
            if (!AddressRange.TryParse(value, out var range)) return Problem(field, $"{value} is not an address or CIDR block");
            ranges.Add(range);
        }
        return new AddressMatcher(field, of, ranges.ToImmutable());
    }

    private FieldMatcher? Ports(FieldDescription field)
    {
        var ports = ImmutableArray.CreateBuilder<int>();
        foreach (var value in field.Values)
        {
            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
                return Problem(field, $"{value} is not a port");
            ports.Add(port);
        }
        return new PortMatcher(field, ports.ToImmutable());
    }

    private FieldMatcher? Paths(FieldDescription field)
    {
        var templates = ImmutableArray.CreateBuilder<PathTemplate>();
        foreach (var value in field.Values.Where(PathTemplate.IsTemplate))
        {
            if (!PathTemplate.TryParse(value, out var template, out var problem)) return Problem(field, $"{value}: {problem}");
            templates.Add(template);
        }
        return new PathMatcher(field, templates.ToImmutable());
    }

    private FieldMatcher? Problem(FieldDescription field, string problem)
    {
        problems.Add($"{field.Path}: {problem}.");
        return null;
    }
}
