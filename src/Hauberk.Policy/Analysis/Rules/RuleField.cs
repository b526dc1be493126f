using System.Collections.Immutable;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Rules;

/// <summary>One list of values in a rule, wherever it stands: "notPrincipals" and the notValues of source.principal alike.</summary>
/// <param name="Key">Name of the source or operation field; a "when" key where no field is the same.</param>
/// <param name="Path">In the resource: "spec.rules[0].from[0].source.principals".</param>
internal sealed record RuleField(string Key, string Path, ImmutableArray<string> Values, bool IsNegated)
{
    private static readonly ImmutableDictionary<string, string> FieldOfCondition = new Dictionary<string, string>
    {
        ["source.principal"] = "principals",
        ["source.namespace"] = "namespaces",
        ["source.serviceAccount"] = "serviceAccounts",
        ["source.trustDomain"] = "trustDomains",
        ["source.ip"] = "ipBlocks",
        ["remote.ip"] = "remoteIpBlocks",
        ["destination.port"] = "ports",
        ["request.auth.principal"] = "requestPrincipals",
    }.ToImmutableDictionary();

    public FieldDimension Dimension => Key switch
    {
        "principals" or "namespaces" or "serviceAccounts" or "trustDomains" => FieldDimension.Peer,
        "ipBlocks" => FieldDimension.SourceAddress,
        "remoteIpBlocks" => FieldDimension.RemoteAddress,
        "destination.ip" => FieldDimension.DestinationAddress,
        "ports" => FieldDimension.Port,
        "connection.sni" => FieldDimension.Sni,
        "hosts" => FieldDimension.Host,
        "methods" => FieldDimension.Method,
        "paths" => FieldDimension.Path,
        _ when Key.StartsWith("request.headers", StringComparison.Ordinal) => FieldDimension.Header,
        _ => FieldDimension.Token,
    };

    /// <summary>Whether stars have the meaning of specification 3.4. In namespaces a star may stand anywhere; addresses, ports and accounts know none.</summary>
    public bool TakesPatterns => Key is not ("namespaces" or "serviceAccounts" or "ipBlocks" or "remoteIpBlocks" or "destination.ip" or "ports");

    public static IEnumerable<RuleField> AllOf(AuthorizationPolicyResource policy) => policy.Rules.SelectMany((rule, i) =>
    {
        var path = $"spec.rules[{i}]";
        return rule.From.SelectMany((source, f) => Of(source, $"{path}.from[{f}].source"))
            .Concat(rule.To.SelectMany((operation, t) => Of(operation, $"{path}.to[{t}].operation")))
            .Concat(OfWhen(rule, path));
    });

    public static IEnumerable<RuleField> Of(AuthorizationSource source, string path) => Of(RuleFields.Of(source), path);

    public static IEnumerable<RuleField> Of(AuthorizationOperation operation, string path) => Of(RuleFields.Of(operation), path);

    /// <param name="path">Of the rule.</param>
    public static IEnumerable<RuleField> OfWhen(AuthorizationRule rule, string path) => rule.When.SelectMany((condition, i) =>
    {
        var key = FieldOfCondition.GetValueOrDefault(condition.Key, condition.Key);
        RuleField[] fields =
        [
            new(key, $"{path}.when[{i}].values", condition.Values, IsNegated: false),
            new(key, $"{path}.when[{i}].notValues", condition.NotValues, IsNegated: true),
        ];
        return fields.Where(f => !f.Values.IsEmpty);
    });

    private static IEnumerable<RuleField> Of(ImmutableArray<(string Name, ImmutableArray<string> Values)> fields, string path)
    {
        foreach (var (name, values) in fields.Where(f => !f.Values.IsEmpty))
            yield return new(RuleFields.KeyOf(name), $"{path}.{name}", values, RuleFields.IsNegated(name));
    }
}
