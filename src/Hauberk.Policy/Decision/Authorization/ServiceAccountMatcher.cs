using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>
/// serviceAccounts, source.serviceAccount: "NS/SA", or "SA" for the policy's own namespace; exact, in any trust domain. Further segments
/// may stand between /ns/NS/ and sa/SA and after it (specification 3.5).
/// </summary>
internal sealed class ServiceAccountMatcher(FieldDescription description, string policyNamespace) : FieldMatcher(description)
{
    private readonly ImmutableArray<(string Namespace, string Account)> values = [.. description.Values.Select(v => Parse(v, policyNamespace))];

    public override IndexKind IndexKind => IndexKind.ServiceAccount;

    public override ImmutableArray<string> IndexKeys => [.. values.Select(v => $"{v.Namespace}sa/{v.Account}")];

    public override string? Seen(in RequestFacts facts) => facts.Connection.Peer is { } peer
        ? peer.Namespace is null ? peer.ToString() : $"{peer.Namespace}/{peer.ServiceAccount}"
        : null;

    protected override bool MatchesAny(in RequestFacts facts)
    {
        if (facts.Connection.Peer is not { } peer) return false;
        foreach (var (@namespace, account) in values)
            if (Matches(peer.ToString().AsSpan("spiffe://".Length), @namespace, account)) return true;
        return false;
    }

    private static (string Namespace, string Account) Parse(string value, string policyNamespace) =>
        value.Split('/', 2) is [var ns, var account] ? ($"/ns/{ns}/", account) : ($"/ns/{policyNamespace}/", value);

    private static bool Matches(ReadOnlySpan<char> identity, ReadOnlySpan<char> @namespace, ReadOnlySpan<char> account)
    {
        // The trust domain is at least one character.
        for (var from = 1; from < identity.Length;)
        {
            var at = identity[from..].IndexOf(@namespace);
            if (at < 0) return false;
            var rest = identity[(from + at + @namespace.Length)..];
            if (EndsInAccount(rest, account)) return true;
            from += at + 1;
        }
        return false;
    }

    private static bool EndsInAccount(ReadOnlySpan<char> rest, ReadOnlySpan<char> account)
    {
        for (var start = 0; start <= rest.Length;)
        {
            var segment = rest[start..];
            // A segment between needs a character of its own: "/sa/" cannot open the rest.
            if (segment.StartsWith("sa/") && segment[3..].StartsWith(account) && start != 1
                && (segment.Length == 3 + account.Length || (segment[3 + account.Length] == '/' && segment.Length > 4 + account.Length)))
                return true;
            var slash = segment.IndexOf('/');
            if (slash < 0) return false;
            start += slash + 1;
        }
        return false;
    }
}
