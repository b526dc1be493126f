using System.Collections.Immutable;
using Hauberk.Policy.Decision.Authorization;
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
            if (FirstOf(RuleFields.Of(rule.From[i])) is { } field) return $"from[{i}].source.{field}";
        for (var i = 0; i < rule.To.Length; i++)
            if (FirstOf(RuleFields.Of(rule.To[i])) is { } field) return $"to[{i}].operation.{field}";
        for (var i = 0; i < rule.When.Length; i++)
            if (FieldCompiler.IsHttpOnly(rule.When[i].Key)) return $"when[{i}].key";
        return null;
    }

    private static string? FirstOf(ImmutableArray<(string Name, ImmutableArray<string> Values)> fields) =>
        fields.FirstOrDefault(f => !f.Values.IsEmpty && FieldCompiler.IsHttpOnly(RuleFields.KeyOf(f.Name))).Name;
}
