using System.Collections.Immutable;
using System.Net;
using CsCheck;
using Hauberk.Identity;
using Hauberk.Policy.Analysis.Rules;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Tests.Analysis;

/// <summary>What analysis says of rules, held against the engine's decisions on every combination of a few facts.</summary>
public sealed class RuleSoundnessTests
{
    private const string OwnNamespace = "pay";

    private static readonly string?[] Peers = [null, "a/ns/x/sa/p", "a/ns/y/sa/p", "cluster.local/ns/x/sa/p", "a/ns/x/sa/q", "a/other"];
    private static readonly string[] Methods = ["GET", "POST"];
    private static readonly string[] Paths = ["/", "/a", "/a/b", "/b"];
    private static readonly string[] Hosts = ["h", "H:80", "i"];
    private static readonly string?[] Names = [null, "s", "t"];
    private static readonly string[] Addresses = ["10.0.0.1", "11.0.0.1", "::1"];
    private static readonly int[] Ports = [80, 81];

    private static readonly ImmutableArray<Request> Requests =
    [
        .. from peer in Peers from method in Methods from path in Paths from host in Hosts from name in Names from address in Addresses from port in Ports
           select new Request(peer is null ? null : SpiffeId.Parse("spiffe://" + peer), method, path, host, name, IPAddress.Parse(address), port),
    ];

    [Fact]
    public void A_rule_that_is_said_to_never_match_matches_no_request()
    {
        var found = 0;
        Rules.Sample(rule =>
        {
            if (Satisfiability().WhyNever(rule, "spec.rules[0]") is null || !IsValid(rule)) return true;
            Interlocked.Increment(ref found);
            var policy = Compile(rule);
            return !Requests.Any(request => Matches(policy, request));
        }, iter: 12_000, print: Shown);
        Assert.True(found > 100, $"only {found} rules were found to never match");
    }

    [Fact]
    public void A_rule_that_is_said_to_cover_another_matches_whatever_it_matches()
    {
        var found = 0;
        Gen.Select(Rules, Rules).Sample((wide, narrow) =>
        {
            if (!RuleCoverage.Covers(wide, narrow) || !IsValid(wide) || !IsValid(narrow)) return true;
            Interlocked.Increment(ref found);
            var (outer, inner) = (Compile(wide), Compile(narrow));
            return !Requests.Any(request => Matches(inner, request) && !Matches(outer, request));
        }, iter: 40_000, print: pair => $"{Shown(pair.Item1)}\n{Shown(pair.Item2)}");
        Assert.True(found > 100, $"only {found} pairs were found to cover");
    }

    [Fact]
    public void A_rule_covers_itself() => Rules.Sample(rule => RuleCoverage.Covers(rule, rule), iter: 2_000);

    [Fact]
    public void What_is_valid_compiles()
    {
        var valid = 0;
        Rules.Sample(rule =>
        {
            if (!IsValid(rule)) return true;
            Interlocked.Increment(ref valid);
            return Compile(rule).Unsupported.IsEmpty;
        }, iter: 10_000);
        Assert.True(valid > 1_000, $"only {valid} rules were valid");
    }

    private static bool IsValid(AuthorizationRule rule) => ResourceValidator.Validate(Policy(rule)).All(p => p.Severity == ProblemSeverity.Warning);

    private static string Shown(AuthorizationRule rule) =>
        string.Join("; ", RuleField.AllOf(Policy(rule)).Select(f => $"{f.Path} {(f.IsNegated ? "not " : "")}{string.Join(',', f.Values)}"));

    private static RuleSatisfiability Satisfiability()
    {
        var trustDomains = new TrustDomainSet(MeshDefaults.Instance);
        return new(new FieldProbe(OwnNamespace, trustDomains), new FieldValues(trustDomains, PathNormalization.Base));
    }

    private static AuthorizationPolicyResource Policy(AuthorizationRule rule) => new()
    {
        ApiVersion = "security.istio.io/v1",
        Kind = "AuthorizationPolicy",
        Metadata = new() { Name = "a", Namespace = OwnNamespace },
        Document = MappingNode.Empty,
        Rules = [rule],
    };

    private static CompiledWorkloadPolicy Compile(AuthorizationRule rule) =>
        CompiledWorkloadPolicy.Compile(new([Policy(rule)], null), new() { Namespace = OwnNamespace });

    private static bool Matches(CompiledWorkloadPolicy policy, Request request) => policy.Authorize(request.Facts).IsAllowed;

    // Few values, so that fields often meet and contradict each other.
    private static Gen<ImmutableArray<string>> Some(params string[] pool) => Gen.Frequency(
        (7, Gen.Const(ImmutableArray<string>.Empty)),
        (3, Gen.OneOf(pool).Array[1, 2].Select(values => values.Distinct().ToImmutableArray())));

    private static readonly Gen<ImmutableArray<string>> Principals = Some("a/ns/x/sa/p", "a/ns/x/*", "*/sa/p", "*", "cluster.local/ns/x/sa/p", "a/", "spiffe://a/b");
    private static readonly Gen<ImmutableArray<string>> Namespaces = Some("x", "y", "x*", "*");
    private static readonly Gen<ImmutableArray<string>> Domains = Some("a", "cluster.local", "*l");
    private static readonly Gen<ImmutableArray<string>> Accounts = Some("x/p", "p", "y/p");
    private static readonly Gen<ImmutableArray<string>> Blocks = Some("10.0.0.1", "10.0.0.0/8", "11.0.0.1", "0.0.0.0/0", "::/0", "::ffff:10.0.0.1", "::ffff:10.0.0.0/64", "10.0.0.0/33");
    private static readonly Gen<ImmutableArray<string>> PortTexts = Some("80", "81", "0", "65536");
    private static readonly Gen<ImmutableArray<string>> MethodTexts = Some("GET", "get", "POST", "P*", "*T", "*");
    private static readonly Gen<ImmutableArray<string>> PathTexts = Some("/a", "/a/b", "/a*", "*b", "/{*}", "/a/{**}", "bad", "/a?x", "/a/../b", "*", "/{x}", "/a/{*}/{**}x");
    private static readonly Gen<ImmutableArray<string>> HostTexts = Some("h", "H*", "*:80", "i", "a/b");

    private static readonly Gen<AuthorizationSource> Sources = Gen.Select(
        Gen.Select(Principals, Principals), Gen.Select(Namespaces, Namespaces), Gen.Select(Domains, Domains), Gen.Select(Accounts, Accounts), Gen.Select(Blocks, Blocks),
        (principals, namespaces, domains, accounts, blocks) => new AuthorizationSource
        {
            Principals = principals.Item1,
            NotPrincipals = principals.Item2,
            Namespaces = namespaces.Item1,
            NotNamespaces = namespaces.Item2,
            TrustDomains = domains.Item1,
            NotTrustDomains = domains.Item2,
            ServiceAccounts = accounts.Item1,
            NotServiceAccounts = accounts.Item2,
            IpBlocks = blocks.Item1,
            NotIpBlocks = blocks.Item2,
        });

    private static readonly Gen<AuthorizationOperation> Operations = Gen.Select(
        Gen.Select(PortTexts, PortTexts), Gen.Select(MethodTexts, MethodTexts), Gen.Select(PathTexts, PathTexts), Gen.Select(HostTexts, HostTexts),
        (ports, methods, paths, hosts) => new AuthorizationOperation
        {
            Ports = ports.Item1,
            NotPorts = ports.Item2,
            Methods = methods.Item1,
            NotMethods = methods.Item2,
            Paths = paths.Item1,
            NotPaths = paths.Item2,
            Hosts = hosts.Item1,
            NotHosts = hosts.Item2,
        });

    private static readonly Gen<AuthorizationCondition> Conditions = Gen.OneOf(
        Condition("source.principal", Principals), Condition("source.namespace", Namespaces), Condition("source.ip", Blocks), Condition("destination.port", PortTexts),
        Condition("connection.sni", Some("s", "t", "*")), Condition("request.headers[x]", Some("s", "t", "*")), Condition("request.headers", Some("s")));

    private static Gen<AuthorizationCondition> Condition(string key, Gen<ImmutableArray<string>> values) =>
        Gen.Select(values, values, (yes, no) => new AuthorizationCondition { Key = key, Values = yes, NotValues = no });

    private static readonly Gen<AuthorizationRule> Rules = Gen.Select(
        Sources.Array[0, 2], Operations.Array[0, 2], Conditions.Array[0, 2],
        (from, to, when) => new AuthorizationRule { From = [.. from], To = [.. to], When = [.. when] });

    private sealed record Request(SpiffeId? Peer, string Method, string Path, string Host, string? Name, IPAddress Address, int Port) : IRequestHeaders
    {
        public RequestFacts Facts => new()
        {
            Connection = new(Peer, Address, Address, Port, Name),
            Method = Method,
            Path = Path,
            Host = Host,
            Headers = this,
        };

        // One header, which is called like the SNI.
        public bool TryGet(string name, out ReadOnlySpan<char> value)
        {
            value = Name;
            return Name is not null;
        }
    }
}
