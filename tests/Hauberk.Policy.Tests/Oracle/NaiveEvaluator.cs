using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Tests.Oracle;

/// <summary>
/// Sections 3.1 to 3.8 and 3.10 to 3.13 of the specification read aloud, with regular expressions, and with nothing of the compiler.
/// </summary>
internal sealed class NaiveEvaluator(ResourceSet set, Workload workload, OracleRequest request)
{
    private static readonly ConcurrentDictionary<string, Regex> Cache = new();

    public (bool Allowed, string? Rule, bool? ShadowAllow, bool? ShadowDeny, string? Audited) Evaluate()
    {
        var policies = set.OfKind<AuthorizationPolicyResource>().Where(IsSelected)
            .OrderByDescending(p => p.Metadata.Namespace == set.Mesh.RootNamespace)
            .ThenBy(p => p.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue)
            .ThenBy(p => p.Metadata.Name, StringComparer.Ordinal).ToList();
        var shadow = policies.Where(p => p.IsDryRun && p.Action is AuthorizationAction.Allow or AuthorizationAction.Deny && p.IsDryRun).ToList();
        var enforced = policies.Except(shadow).ToList();
        var (allowed, rule) = Enforce(enforced);
        bool? Shadow(AuthorizationAction action) => shadow.Any(p => p.Action == action) ? FirstRule(shadow, action) is not null : null;
        return (allowed, rule, Shadow(AuthorizationAction.Allow), Shadow(AuthorizationAction.Deny) is { } denied ? !denied : null,
            FirstRule(enforced, AuthorizationAction.Audit));
    }

    private (bool Allowed, string? Rule) Enforce(List<AuthorizationPolicyResource> policies)
    {
        if (FirstRule(policies, AuthorizationAction.Custom) is { } custom) return (false, custom);
        if (FirstRule(policies, AuthorizationAction.Deny) is { } deny) return (false, deny);
        if (FirstRule(policies, AuthorizationAction.Allow) is { } allow) return (true, allow);
        var hasAllow = policies.Any(p => p.Action == AuthorizationAction.Allow);
        return (!hasAllow && !set.Mesh.DeniesByDefault, null);
    }

    private string? FirstRule(List<AuthorizationPolicyResource> policies, AuthorizationAction action)
    {
        foreach (var policy in policies.Where(p => p.Action == action))
            for (var i = 0; i < policy.Rules.Length; i++)
                if (Matches(policy, policy.Rules[i])) return $"{policy.Metadata.Namespace}/{policy.Metadata.Name}[{i}]";
        return null;
    }

    private bool IsSelected(AuthorizationPolicyResource policy) =>
        (policy.Metadata.Namespace == set.Mesh.RootNamespace || policy.Metadata.Namespace == workload.Namespace)
        && policy.TargetRefs.IsEmpty
        && (policy.Selector?.MatchLabels.All(l => workload.Labels.Contains(l)) ?? true);

    private bool Matches(AuthorizationPolicyResource policy, AuthorizationRule rule)
    {
        if (!request.IsHttp && policy.Action == AuthorizationAction.Allow && HasHttpField(rule)) return false;
        return (rule.From.IsEmpty || rule.From.Any(s => MatchesSource(s, policy.Metadata.Namespace)))
            && (rule.To.IsEmpty || rule.To.Any(MatchesOperation))
            && rule.When.All(c => MatchesCondition(c, policy.Metadata.Namespace));
    }

    private static bool HasHttpField(AuthorizationRule rule) =>
        rule.From.Any(s => !s.RequestPrincipals.IsEmpty || !s.NotRequestPrincipals.IsEmpty)
        || rule.To.Any(o => !o.Hosts.IsEmpty || !o.NotHosts.IsEmpty || !o.Methods.IsEmpty || !o.NotMethods.IsEmpty || !o.Paths.IsEmpty || !o.NotPaths.IsEmpty)
        || rule.When.Any(c => c.Key.StartsWith("request.", StringComparison.Ordinal));

    private bool MatchesSource(AuthorizationSource s, string ns) =>
        Holds(s.Principals, s.NotPrincipals, IsPrincipal)
        && Holds(s.Namespaces, s.NotNamespaces, IsNamespace)
        && Holds(s.ServiceAccounts, s.NotServiceAccounts, v => IsServiceAccount(v, ns))
        && Holds(s.TrustDomains, s.NotTrustDomains, IsTrustDomain)
        && Holds(s.IpBlocks, s.NotIpBlocks, v => IsIn(v, request.Source))
        && Holds(s.RemoteIpBlocks, s.NotRemoteIpBlocks, v => IsIn(v, request.Remote ?? request.Source))
        && (!request.IsHttp || Holds(s.RequestPrincipals, s.NotRequestPrincipals, IsRequestPrincipal));

    private bool MatchesOperation(AuthorizationOperation o) =>
        Holds(o.Ports, o.NotPorts, v => v == request.Port.ToString(CultureInfo.InvariantCulture))
        && (!request.IsHttp
            || (Holds(o.Hosts, o.NotHosts, v => Like(v, request.Host, RegexOptions.IgnoreCase))
                && Holds(o.Methods, o.NotMethods, v => Like(v, request.Method))
                && Holds(o.Paths, o.NotPaths, IsPath)));

    private bool MatchesCondition(AuthorizationCondition c, string ns)
    {
        if (!request.IsHttp && c.Key.StartsWith("request.", StringComparison.Ordinal)) return true;
        return Holds(c.Values, c.NotValues, v => c.Key switch
        {
            "source.ip" => IsIn(v, request.Source),
            "remote.ip" => IsIn(v, request.Remote ?? request.Source),
            "destination.ip" => IsIn(v, request.Destination),
            "destination.port" => v == request.Port.ToString(CultureInfo.InvariantCulture),
            "source.namespace" => IsNamespace(v),
            "source.principal" => IsPrincipal(v),
            "source.serviceAccount" => IsServiceAccount(v, ns),
            "source.trustDomain" => IsTrustDomain(v),
            "connection.sni" => request.Sni is not null && Like(v, request.Sni),
            "request.auth.principal" => IsRequestPrincipal(v),
            "request.auth.audiences" => HasClaim("aud", v),
            "request.auth.presenter" => HasClaim("azp", v),
            _ when c.Key.StartsWith("request.headers[", StringComparison.Ordinal) =>
                request.Headers.TryGetValue(c.Key["request.headers[".Length..^1].ToLowerInvariant(), out var header) && Like(v, header),
            _ => HasClaim(c.Key["request.auth.claims[".Length..^1].Replace("][", ".", StringComparison.Ordinal), v),
        });
    }

    private static bool Holds(ImmutableArray<string> values, ImmutableArray<string> notValues, Func<string, bool> matches) =>
        (values.IsEmpty || values.Any(matches)) && !notValues.Any(matches);

    private bool IsPrincipal(string value) => request.Peer is not null && Aliased(value).Any(v => Like(v, request.Peer));

    private bool IsNamespace(string value) =>
        request.Peer is not null && Matches($".*/ns/{Regex.Escape(value).Replace(@"\*", ".*", StringComparison.Ordinal)}/.*", "spiffe://" + request.Peer);

    private bool IsServiceAccount(string value, string policyNamespace)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var (ns, sa) = slash < 0 ? (policyNamespace, value) : (value[..slash], value[(slash + 1)..]);
        return request.Peer is not null
            && Matches($"spiffe://.+/ns/{Regex.Escape(ns)}/(.+/|)sa/{Regex.Escape(sa)}(/.+)?", "spiffe://" + request.Peer);
    }

    private bool IsTrustDomain(string value) => request.Peer is not null && Like(value, request.Peer.Split('/')[0]);

    private bool IsPath(string value)
    {
        if (!value.Contains("{*}", StringComparison.Ordinal) && !value.Contains("{**}", StringComparison.Ordinal)) return Like(value, request.Path);
        var template = Regex.Escape(value).Replace(@"\{\*\*}", ".*", StringComparison.Ordinal)
            .Replace(@"\{\*}", @"[A-Za-z0-9\-._~%!$&'()+,;:@=]+", StringComparison.Ordinal);
        return Matches(template, request.Path);
    }

    private bool IsRequestPrincipal(string value)
    {
        if (request.Claims is null || !request.Claims.TryGetValue("iss", out var iss) || !request.Claims.TryGetValue("sub", out var sub)) return false;
        var cut = value.LastIndexOf('/');
        // One star at most has a meaning: the first of the value or, failing that, its last.
        string Plain(string v) => Regex.Escape(v);
        string issuer, subject;
        if (value == "*") (issuer, subject) = (".+", ".+");
        else if (cut < 0 && value[0] == '*') (issuer, subject) = (".+", ".*" + Plain(value[1..]));
        else if (cut < 0 && value[^1] == '*') (issuer, subject) = (Plain(value[..^1]) + ".*", ".+");
        else if (cut < 0) (issuer, subject) = (Plain(value), "");
        else if (value[0] == '*') (issuer, subject) = (value[..cut] == "*" ? ".+" : ".*" + Plain(value[1..cut]), Plain(value[(cut + 1)..]));
        else if (value[^1] == '*') (issuer, subject) = (Plain(value[..cut]), value[(cut + 1)..] == "*" ? ".+" : Plain(value[(cut + 1)..^1]) + ".*");
        else (issuer, subject) = (Plain(value[..cut]), Plain(value[(cut + 1)..]));
        return Matches(issuer, iss[0]) && Matches(subject, sub[0]);
    }

    private bool HasClaim(string claim, string value)
    {
        if (request.Claims is null || !request.Claims.TryGetValue(claim, out var texts)) return false;
        return (claim is "scope" or "permission" ? texts.SelectMany(t => t.Split(' ')).Where(t => t.Length > 0) : texts).Any(t => Like(value, t));
    }

    private IEnumerable<string> Aliased(string principal)
    {
        var parts = principal.Split('/');
        var own = set.Mesh.TrustDomainAliases.Prepend(set.Mesh.TrustDomain).ToList();
        var td = parts[0];
        if (parts.Length != 5 || td == "*") return [principal];
        // "Equals or pattern-matches" goes both ways; aliases here have no stars.
        if (td != "cluster.local" && !own.Any(o => td == o || Like(td, o))) return [principal];
        return own.Select(o => td[0] == '*' && Like(td, o) ? principal : string.Join('/', parts.Skip(1).Prepend(o)));
    }

    private static bool IsIn(string block, string address)
    {
        var parts = block.Split('/');
        var (network, bits) = (Bits(parts[0]), Bits(address));
        var length = parts.Length == 1 ? network.Length : int.Parse(parts[1], CultureInfo.InvariantCulture);
        return network.Length == bits.Length && network[..length] == bits[..length];
    }

    private static string Bits(string address)
    {
        var parsed = IPAddress.Parse(address);
        if (parsed.AddressFamily == AddressFamily.InterNetworkV6 && parsed.IsIPv4MappedToIPv6) parsed = parsed.MapToIPv4();
        return string.Concat(parsed.GetAddressBytes().Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));
    }

    private static bool Like(string pattern, string value, RegexOptions options = RegexOptions.None)
    {
        if (pattern == "*") return value.Length > 0;
        if (pattern.StartsWith('*')) return Matches(".*" + Regex.Escape(pattern[1..]), value, options);
        return pattern.EndsWith('*') ? Matches(Regex.Escape(pattern[..^1]) + ".*", value, options) : Matches(Regex.Escape(pattern), value, options);
    }

    private static bool Matches(string regex, string value, RegexOptions options = RegexOptions.None) => Cache.GetOrAdd(
        $"{(int)options}{regex}", _ => new Regex($@"\A(?:{regex})\z", options | RegexOptions.CultureInvariant | RegexOptions.Singleline)).IsMatch(value);
}
