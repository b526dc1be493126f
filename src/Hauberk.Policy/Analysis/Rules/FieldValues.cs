using System.Collections.Immutable;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Decision.Authorization;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Rules;

/// <summary>What traffic can show to the fields of a rule.</summary>
internal sealed class FieldValues(TrustDomainSet trustDomains, PathNormalization normalization)
{
    /// <summary>Why no request whatever shows this value, as the end of a sentence; null where one may.</summary>
    public string? WhyImpossible(RuleField field, string value) => field.Key switch
    {
        "principals" when IsExact(value) && trustDomains.ExpandPrincipal(value).All(v => !IsIdentity(v)) => "no identity is written like this",
        "methods" when HasLowerCase(ValuePattern.Parse(value).Text) => "methods are upper-case",
        "hosts" when value.Contains('/', StringComparison.Ordinal) => "a host has no \"/\"",
        "paths" => WhyNoPath(value),
        _ => null,
    };

    /// <summary>Every value that the field accepts, where these can be listed; else null.</summary>
    public ImmutableArray<string>? List(RuleField field) => field.Key switch
    {
        "principals" when field.Values.All(IsExact) => [.. field.Values.SelectMany(v => trustDomains.ExpandPrincipal(v)).Where(IsIdentity)],
        "ipBlocks" or "remoteIpBlocks" or "destination.ip" when field.Values.All(IpText.IsAddress) => field.Values,
        "ports" => field.Values,
        "connection.sni" or "hosts" or "methods" or "paths" when field.Values.All(IsExact) =>
            [.. field.Values.Where(v => WhyImpossible(field, v) is null)],
        _ => null,
    };

    private string? WhyNoPath(string value)
    {
        var isExact = IsExact(value);
        var pattern = ValuePattern.Parse(value);
        var start = PathTemplate.IsTemplate(value) ? value : pattern.Kind is PatternKind.Suffix or PatternKind.Presence ? "/" : pattern.Text;
        if (start.Length > 0 && start[0] != '/' && value != "*") return "a path starts with \"/\"";
        if (value.AsSpan().ContainsAny('?', '#')) return "paths are compared without query and fragment";
        return isExact && NormalizedPath.TryOf(value, normalization, out var normalized) && normalized != value
            ? $"paths are compared after normalisation, which makes it \"{ForeignText.Shown(normalized)}\"" : null;
    }

    private static bool IsExact(string value) => ValuePattern.Parse(value).Kind == PatternKind.Exact && !PathTemplate.IsTemplate(value);

    private static bool IsIdentity(string principal) => SpiffeId.TryParse("spiffe://" + principal, out _, out _);

    private static bool HasLowerCase(string text) => text.Any(char.IsAsciiLetterLower);
}
