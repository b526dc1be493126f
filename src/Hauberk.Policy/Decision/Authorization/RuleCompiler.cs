using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>
/// Compiles the rules of one policy in one form. On TCP an ALLOW rule with an HTTP-only field is dropped whole, any other rule loses only
/// that field and gets wider (specification 3.8): both ways less gets in.
/// </summary>
internal sealed class RuleCompiler(AuthorizationPolicyResource policy, FieldCompiler fields, RuleForm form)
{
    /// <returns>Null where the rule is dropped, or holds something that <see cref="FieldCompiler.Problems"/> tells of.</returns>
    public CompiledRule? Compile(int index)
    {
        var rule = policy.Rules[index];
        var from = rule.From.Select((source, i) => Group($"from[{i}].source.", FieldsOf(source))).ToImmutableArray();
        var to = rule.To.Select((operation, i) => Group($"to[{i}].operation.", FieldsOf(operation))).ToImmutableArray();
        var when = Group("", rule.When.SelectMany((condition, i) => FieldsOf(condition, i)));
        if (when is null || from.Contains(null) || to.Contains(null)) return null;
        var reference = new RuleReference(policy.Kind, policy.Metadata.Namespace, policy.Metadata.Name, index);
        return new(reference, policy.Action == AuthorizationAction.Custom ? policy.ProviderName ?? "" : null, [.. from!], [.. to!], when);
    }

    private FieldGroup? Group(string path, IEnumerable<(string Key, string Path, ImmutableArray<string> Values, bool IsNegated)> written)
    {
        var compiled = ImmutableArray.CreateBuilder<FieldMatcher>();
        foreach (var field in written.Where(f => !f.Values.IsEmpty))
        {
            var matcher = fields.Compile(field.Key, new(path + field.Path, field.Values, field.IsNegated));
            var isDropped = form == RuleForm.Tcp && FieldCompiler.IsHttpOnly(field.Key);
            if (matcher is null || (isDropped && policy.Action == AuthorizationAction.Allow)) return null;
            if (!isDropped) compiled.Add(matcher);
        }
        return new(compiled.ToImmutable());
    }

    private static IEnumerable<(string, string, ImmutableArray<string>, bool)> FieldsOf(AuthorizationSource source) =>
    [
        ("principals", "principals", source.Principals, false),
        ("principals", "notPrincipals", source.NotPrincipals, true),
        ("requestPrincipals", "requestPrincipals", source.RequestPrincipals, false),
        ("requestPrincipals", "notRequestPrincipals", source.NotRequestPrincipals, true),
        ("namespaces", "namespaces", source.Namespaces, false),
        ("namespaces", "notNamespaces", source.NotNamespaces, true),
        ("serviceAccounts", "serviceAccounts", source.ServiceAccounts, false),
        ("serviceAccounts", "notServiceAccounts", source.NotServiceAccounts, true),
        ("trustDomains", "trustDomains", source.TrustDomains, false),
        ("trustDomains", "notTrustDomains", source.NotTrustDomains, true),
        ("ipBlocks", "ipBlocks", source.IpBlocks, false),
        ("ipBlocks", "notIpBlocks", source.NotIpBlocks, true),
        ("remoteIpBlocks", "remoteIpBlocks", source.RemoteIpBlocks, false),
        ("remoteIpBlocks", "notRemoteIpBlocks", source.NotRemoteIpBlocks, true),
    ];

    private static IEnumerable<(string, string, ImmutableArray<string>, bool)> FieldsOf(AuthorizationOperation operation) =>
    [
        ("ports", "ports", operation.Ports, false),
        ("ports", "notPorts", operation.NotPorts, true),
        ("methods", "methods", operation.Methods, false),
        ("methods", "notMethods", operation.NotMethods, true),
        ("paths", "paths", operation.Paths, false),
        ("paths", "notPaths", operation.NotPaths, true),
        ("hosts", "hosts", operation.Hosts, false),
        ("hosts", "notHosts", operation.NotHosts, true),
    ];

    private static IEnumerable<(string, string, ImmutableArray<string>, bool)> FieldsOf(AuthorizationCondition condition, int index) =>
    [
        (condition.Key, $"when[{index}].{condition.Key}.values", condition.Values, false),
        (condition.Key, $"when[{index}].{condition.Key}.notValues", condition.NotValues, true),
    ];
}
