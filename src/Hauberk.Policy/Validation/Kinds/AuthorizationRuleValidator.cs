using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

/// <summary>Specification 3.3 to 3.7 and 3.10: one rule of an AuthorizationPolicy.</summary>
internal static class AuthorizationRuleValidator
{
    private const int MaxServiceAccounts = 16;

    public static void Validate(AuthorizationPolicyResource policy, AuthorizationRule rule, string path, ValidationContext context)
    {
        ReportEmptyParts(path, context);
        for (var i = 0; i < rule.From.Length; i++) ValidateSource(policy, rule.From[i], $"{path}.from[{i}].source", context);
        for (var i = 0; i < rule.To.Length; i++) ValidateFields(RuleFields.Of(rule.To[i]), $"{path}.to[{i}].operation", context);
        for (var i = 0; i < rule.When.Length; i++) ValidateCondition(policy, rule.When[i], $"{path}.when[{i}]", context);
    }

    // "from:" with nothing under it reads as "from anyone", which is seldom what its writer meant.
    private static void ReportEmptyParts(string path, ValidationContext context)
    {
        foreach (var part in (string[])["from", "to"])
            if (context.IsGivenEmpty($"{path}.{part}"))
                context.Error(ProblemCodes.EmptyMatch, $"{path}.{part}", $"An empty \"{part}\" would match everything; leave it out if that is meant.");
        if (context.IsGivenEmpty($"{path}.when"))
            context.Warn(ProblemCodes.EmptyList, $"{path}.when", "An empty list of conditions counts as none.");
    }

    private static void ValidateSource(AuthorizationPolicyResource policy, AuthorizationSource source, string path, ValidationContext context)
    {
        ValidateFields(RuleFields.Of(source), path, context);
        var accounts = source.ServiceAccounts.Length + source.NotServiceAccounts.Length;
        var others = source.Principals.Length + source.NotPrincipals.Length + source.Namespaces.Length + source.NotNamespaces.Length;
        if (accounts > 0 && others > 0)
            context.Error(ProblemCodes.InvalidServiceAccount, path, "serviceAccounts may not stand beside principals or namespaces.");
        if (Math.Max(source.ServiceAccounts.Length, source.NotServiceAccounts.Length) > MaxServiceAccounts)
            context.Error(ProblemCodes.InvalidServiceAccount, path, $"At most {MaxServiceAccounts} service accounts may be listed.");
        if (policy.Action == AuthorizationAction.Custom && source.RequestPrincipals.Length + source.NotRequestPrincipals.Length > 0)
            context.Error(ProblemCodes.TokenFieldInCustom, path, "CUSTOM is decided before tokens are read, so its rules may not use them.");
    }

    private static void ValidateFields(ImmutableArray<(string Name, ImmutableArray<string> Values)> fields, string path, ValidationContext context)
    {
        if (fields.All(field => field.Values.IsEmpty))
        {
            context.Error(ProblemCodes.EmptyMatch, path, "At least one field must be given; an entry without any would match everything.");
            return;
        }
        foreach (var (name, values) in fields)
        {
            if (values.IsEmpty && context.IsGivenEmpty($"{path}.{name}"))
                context.Warn(ProblemCodes.EmptyList, $"{path}.{name}", "An empty list counts as a field not given: it matches everything.");
            for (var i = 0; i < values.Length; i++) ValidateValue(name, values[i], $"{path}.{name}[{i}]", context);
        }
    }

    private static void ValidateValue(string field, string value, string path, ValidationContext context)
    {
        if (value.Length == 0)
        {
            context.Error(ProblemCodes.EmptyValue, path, "An empty value matches nothing.");
            return;
        }
        switch (field)
        {
            case "ports" or "notPorts":
                context.Check(ProblemCodes.InvalidPort, path, PortRules.Check(value));
                break;
            case "paths" or "notPaths":
                context.Check(ProblemCodes.InvalidPathTemplate, path, PathValue.Check(value));
                break;
            case "serviceAccounts" or "notServiceAccounts":
                context.Check(ProblemCodes.InvalidServiceAccount, path, ServiceAccountText.Check(value));
                break;
            case "trustDomains" or "notTrustDomains":
                context.Check(ProblemCodes.InvalidIdentity, path, value.Contains('/', StringComparison.Ordinal) ? "A trust domain has no \"/\"." : null);
                break;
            case "ipBlocks" or "notIpBlocks" or "remoteIpBlocks" or "notRemoteIpBlocks":
                context.Check(ProblemCodes.InvalidAddress, path, IpText.CheckAddressOrBlock(value));
                break;
            case "principals" or "notPrincipals":
                WarnScheme(value, path, context);
                break;
        }
    }

    private static void WarnScheme(string principal, string path, ValidationContext context)
    {
        if (principal.StartsWith("spiffe://", StringComparison.Ordinal))
            context.Warn(ProblemCodes.PrincipalWithScheme, path, "Principals are written without \"spiffe://\"; with it this value matches no one.");
    }

    private static void ValidateCondition(AuthorizationPolicyResource policy, AuthorizationCondition condition, string path, ValidationContext context)
    {
        context.Check(ProblemCodes.UnknownConditionKey, $"{path}.key", ConditionKey.Check(condition.Key));
        if (condition.Values.IsEmpty && condition.NotValues.IsEmpty)
            context.Error(ProblemCodes.ConditionWithoutValues, path, "A condition needs values or notValues.");
        if (policy.Action == AuthorizationAction.Custom && ConditionKey.IsFromToken(condition.Key))
            context.Error(ProblemCodes.TokenFieldInCustom, $"{path}.key", "CUSTOM is decided before tokens are read, so its rules may not use them.");
        ValidateConditionValues(condition.Key, condition.Values, $"{path}.values", context);
        ValidateConditionValues(condition.Key, condition.NotValues, $"{path}.notValues", context);
    }

    private static void ValidateConditionValues(string key, ImmutableArray<string> values, string path, ValidationContext context)
    {
        for (var i = 0; i < values.Length; i++)
        {
            context.Check(CodeOf(key), $"{path}[{i}]", ConditionKey.CheckValue(key, values[i]));
            if (key == "source.principal") WarnScheme(values[i], $"{path}[{i}]", context);
        }
    }

    private static string CodeOf(string key) => key switch
    {
        "destination.port" => ProblemCodes.InvalidPort,
        "source.serviceAccount" => ProblemCodes.InvalidServiceAccount,
        "source.trustDomain" => ProblemCodes.InvalidIdentity,
        _ => ProblemCodes.InvalidAddress,
    };
}
