using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation;

/// <summary>Which fields of a policy only a decoded HTTP request can answer (specification 3.8).</summary>
internal static class HttpFields
{
    /// <summary>The path of the first; null where the policy has none.</summary>
    public static string? FirstIn(AuthorizationPolicyResource policy)
    {
        for (var i = 0; i < policy.Rules.Length; i++)
            if (FirstIn(policy.Rules[i]) is { } path) return $"spec.rules[{i}].{path}";
        return null;
    }

    public static string? FirstIn(AuthorizationRule rule)
    {
        for (var i = 0; i < rule.From.Length; i++)
            if (NameOf(rule.From[i]) is { } field) return $"from[{i}].source.{field}";
        for (var i = 0; i < rule.To.Length; i++)
            if (NameOf(rule.To[i]) is { } field) return $"to[{i}].operation.{field}";
        for (var i = 0; i < rule.When.Length; i++)
            if (ConditionKey.IsHttpOnly(rule.When[i].Key)) return $"when[{i}].key";
        return null;
    }

    private static string? NameOf(AuthorizationSource source)
    {
        if (!source.RequestPrincipals.IsEmpty) return "requestPrincipals";
        return source.NotRequestPrincipals.IsEmpty ? null : "notRequestPrincipals";
    }

    private static string? NameOf(AuthorizationOperation operation) => operation switch
    {
        { Hosts.IsEmpty: false } => "hosts",
        { NotHosts.IsEmpty: false } => "notHosts",
        { Methods.IsEmpty: false } => "methods",
        { NotMethods.IsEmpty: false } => "notMethods",
        { Paths.IsEmpty: false } => "paths",
        { NotPaths.IsEmpty: false } => "notPaths",
        _ => null,
    };
}
