using System.Collections.Immutable;
using CsCheck;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Tests.Oracle;

/// <summary>Random policy sets and requests over few words, so that they meet.</summary>
internal static class PolicyGen
{
    private static readonly string[] Peers =
    [
        "td/ns/a/sa/x", "td/ns/a/sa/y", "td/ns/b/sa/x", "old/ns/a/sa/x", "old-td/ns/a/sa/x", "cluster.local/ns/a/sa/x", "foreign/ns/a/sa/x", "td/ns/pay/sa/x",
        "td/ns/ns/sa/sa", "ns/ns/a/sa/x", "td/web", "td", "td/ns/a/pod/1/sa/x", "td/ns/a/sa/x/pod/1", "td/eu/ns/b/ns/a/sa/y", "td/ns/ab/sa/xy", "td/sa/ns/a/sa/x",
    ];

    private static readonly string[] Paths = ["/", "/a", "/a/", "/a/b", "/a/b/c", "/a/b.txt", "/ab", "/b/a", "/a//b", "/{*}", "/a/%2f", "/a/b c"];

    private static Gen<ImmutableArray<string>> Some(params string[] words) => Gen.OneOf(words).Array[1, 3].Select(w => w.Distinct().ToImmutableArray());

    private static readonly Gen<ImmutableArray<string>> None = Gen.Const(ImmutableArray<string>.Empty);

    // Most fields are absent most of the time, else nothing ever matches.
    private static Gen<ImmutableArray<string>> Rarely(Gen<ImmutableArray<string>> values, int one = 6) =>
        Gen.Frequency((one, None), (1, values));

    private static readonly Gen<ImmutableArray<string>> Principals = Some(
        [.. Peers, "*", "td/*", "*/sa/x", "*-td/ns/a/sa/x", "t*/ns/a/sa/x", "*/ns/a/sa/x", "td/ns/*", "td/ns/a/sa/*", "*a*", "spiffe://td/ns/a/sa/x"]);

    private static readonly Gen<ImmutableArray<string>> Namespaces = Some("a", "b", "ns", "sa", "pay", "*", "a*", "*b", "a*b", "*/*", "a.");
    private static readonly Gen<ImmutableArray<string>> Accounts = Some("a/x", "a/y", "b/x", "x", "ns/sa", "a/x/pod", "ab/xy");
    private static readonly Gen<ImmutableArray<string>> TrustDomains = Some("td", "old", "*td", "o*", "*", "cluster.local");
    private static readonly Gen<ImmutableArray<string>> Blocks = Some("10.0.0.0/8", "10.0.0.1", "10.0.0.1/32", "0.0.0.0/0", "::/0", "2001:db8::/33", "10.0.0.0/31", "::ffff:10.0.0.1", "192.168.0.0/16");
    private static readonly Gen<ImmutableArray<string>> Ports = Some("80", "8080", "9090");
    private static readonly Gen<ImmutableArray<string>> Hosts = Some("a.com", "A.com", "a.com:80", "*.com", "a.*", "*", "b.com", "a.com*");
    private static readonly Gen<ImmutableArray<string>> Methods = Some("GET", "POST", "P*", "*T", "*", "get");
    private static readonly Gen<ImmutableArray<string>> PathValues = Some([.. Paths, "*", "/a*", "/a/*", "*.txt", "*/b", "/{*}/b", "/a/{*}", "/a/{**}", "/{*}/{**}", "/{**}/c", "/{*}/{*}", "/a/{**}/"]);
    private static readonly Gen<ImmutableArray<string>> RequestPrincipals = Some("i/s", "*", "i/*", "*/s", "https://i/x/s", "https://i/*", "i*", "*s", "i", "i/s*", "*i/s", "i/t/s");
    private static readonly Gen<ImmutableArray<string>> Texts = Some("a", "b", "a*", "*b", "*", "ab", "a,b", "*a*");

    private static Gen<(ImmutableArray<string> Is, ImmutableArray<string> Not)> Field(Gen<ImmutableArray<string>> values) =>
        Gen.Select(Rarely(values, 4), Rarely(values, 14));

    private static readonly Gen<AuthorizationSource> Source = Gen.Select(
        Field(Principals), Field(Namespaces), Field(Accounts), Field(TrustDomains), Gen.Select(Field(Blocks), Field(Blocks)), Field(RequestPrincipals))
        .Select((p, n, a, t, b, r) => new AuthorizationSource
        {
            Principals = p.Is,
            NotPrincipals = p.Not,
            Namespaces = n.Is,
            NotNamespaces = n.Not,
            ServiceAccounts = a.Is,
            NotServiceAccounts = a.Not,
            TrustDomains = t.Is,
            NotTrustDomains = t.Not,
            IpBlocks = b.Item1.Is,
            NotIpBlocks = b.Item1.Not,
            RemoteIpBlocks = b.Item2.Is,
            NotRemoteIpBlocks = b.Item2.Not,
            RequestPrincipals = r.Is,
            NotRequestPrincipals = r.Not,
        });

    private static readonly Gen<AuthorizationOperation> Operation = Gen.Select(Field(Ports), Field(Hosts), Field(Methods), Field(PathValues))
        .Select((p, h, m, u) => new AuthorizationOperation
        {
            Ports = p.Is,
            NotPorts = p.Not,
            Hosts = h.Is,
            NotHosts = h.Not,
            Methods = m.Is,
            NotMethods = m.Not,
            Paths = u.Is,
            NotPaths = u.Not,
        });

    private static readonly Gen<AuthorizationCondition> Condition = Gen.OneOf(
        Conditions("source.ip", Blocks), Conditions("remote.ip", Blocks), Conditions("destination.ip", Blocks), Conditions("destination.port", Ports),
        Conditions("source.namespace", Namespaces), Conditions("source.principal", Principals), Conditions("source.serviceAccount", Accounts),
        Conditions("source.trustDomain", TrustDomains), Conditions("connection.sni", Hosts), Conditions("request.headers[X-A]", Texts),
        Conditions("request.auth.principal", RequestPrincipals), Conditions("request.auth.audiences", Texts), Conditions("request.auth.presenter", Texts),
        Conditions("request.auth.claims[realm][roles]", Texts), Conditions("request.auth.claims[scope]", Texts), Conditions("request.auth.claims[group]", Texts));

    private static readonly Gen<AuthorizationRule> Rule = Gen.Select(Source.Array[0, 2], Operation.Array[0, 2], Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[1, 2])).SelectMany(n => Condition.Array[n]))
        .Select((f, t, w) => new AuthorizationRule { From = [.. f], To = [.. t], When = [.. w] });

    private static readonly Gen<AuthorizationPolicyResource> Policy = Gen.Select(
        Gen.OneOf("pay", "pay", "istio-system", "other"), Gen.OneOf("", "", "", "t=a", "t=b", "t=a,u=b"),
        Gen.OneOf(Enum.GetValues<AuthorizationAction>()), Gen.Frequency((5, Gen.Int[0, 3]), (1, Gen.Int[4, 20])).SelectMany(n => Rule.Array[n]), Gen.Int[0, 5], Gen.Int[0, 3])
        .Select((ns, selector, action, rules, dryRun, age) => new AuthorizationPolicyResource
        {
            ApiVersion = "security.istio.io/v1",
            Kind = "AuthorizationPolicy",
            Document = MappingNode.Empty,
            Metadata = new ResourceMetadata { Name = "p", Namespace = ns, CreationTimestamp = age == 0 ? null : DateTimeOffset.UnixEpoch.AddDays(age) },
            Selector = selector.Length == 0 ? null : new LabelSelector(selector.Split(',').Select(l => l.Split('=')).ToImmutableDictionary(l => l[0], l => l[1])),
            Action = action,
            Rules = [.. rules],
            ProviderName = action == AuthorizationAction.Custom ? "ext" : null,
            IsDryRun = dryRun == 0,
        });

    private static readonly Gen<MeshConfigResource> Mesh = Gen.Select(Gen.Bool, Gen.OneOf("", "old", "old,old-td"), Gen.OneOf("td", "td", "cluster.local"))
        .Select((deny, aliases, td) => MeshDefaults.Instance with
        {
            DeniesByDefault = deny,
            TrustDomain = td,
            TrustDomainAliases = [.. aliases.Split(',', StringSplitOptions.RemoveEmptyEntries)],
        });

    private static readonly Gen<ImmutableSortedDictionary<string, ImmutableArray<string>>?> Claims = Gen.Frequency(
        (1, Gen.Const((ImmutableSortedDictionary<string, ImmutableArray<string>>?)null)),
        (2, Gen.Select(Gen.OneOf("i", "https://i", "https://i/x", "i/t"), Gen.OneOf("s", "t/s", "ss"), Words, Words, Words).Select((iss, sub, a, b, c) =>
            (ImmutableSortedDictionary<string, ImmutableArray<string>>?)new Dictionary<string, ImmutableArray<string>>
            {
                ["iss"] = [iss],
                ["sub"] = [sub],
                ["aud"] = a,
                ["azp"] = [a[0]],
                ["realm.roles"] = b,
                ["scope"] = [string.Join(' ', c)],
                ["group"] = [string.Join(' ', c)],
            }.ToImmutableSortedDictionary())));

    private static Gen<ImmutableArray<string>> Words => Some("a", "b", "ab", "a,b", "c");

    public static readonly Gen<OracleRequest> Request = Gen.Select(
        Gen.Select(Gen.Frequency((1, Gen.Const((string?)null)), (5, Gen.OneOf(Peers).Select(p => (string?)p))), Address, Gen.Frequency((2, Gen.Const((string?)null)), (1, Address.Select(a => (string?)a)))),
        Gen.Select(Address, Gen.OneOf(80, 8080, 9090), Gen.OneOf<string?>(null, "a.com", "b.com")),
        Gen.Bool,
        Gen.Select(Gen.OneOf("GET", "POST", "PUT"), Gen.OneOf("a.com", "A.COM", "a.com:80", "b.com", "x.com", ""), Gen.OneOf(Paths)),
        Gen.OneOf<string?>(null, "a", "b", "ab", "", "a,b"), Claims)
        .Select((who, where, http, what, header, claims) => new OracleRequest
        {
            Peer = who.Item1,
            Source = who.Item2,
            Remote = who.Item3,
            Destination = where.Item1,
            Port = where.Item2,
            Sni = where.Item3,
            IsHttp = http,
            Method = what.Item1,
            Host = what.Item2,
            Path = what.Item3,
            Claims = claims,
            Headers = header is null ? ImmutableSortedDictionary<string, string>.Empty : ImmutableSortedDictionary<string, string>.Empty.Add("x-a", header),
        });

    /// <summary>A mesh with up to four policies, each with a name of its own.</summary>
    public static readonly Gen<ResourceSet> Set = Gen.Select(Policy.Array[0, 4], Mesh).Select((policies, mesh) =>
        new ResourceSet(policies.Select((p, i) => p with { Metadata = p.Metadata with { Name = $"p{i}" } }), mesh));

    private static Gen<string> Address => Gen.OneOf("10.0.0.1", "10.0.0.2", "10.1.2.3", "192.168.1.1", "2001:db8::1", "2001:db8:8000::1", "::ffff:10.0.0.1", "8.8.8.8");

    private static Gen<AuthorizationCondition> Conditions(string key, Gen<ImmutableArray<string>> values) =>
        Gen.Select(Rarely(values, 1), Rarely(values, 4)).Where(v => !v.Item1.IsEmpty || !v.Item2.IsEmpty)
            .Select(v => new AuthorizationCondition { Key = key, Values = v.Item1, NotValues = v.Item2 });
}
