using System.Collections.Immutable;
using Hauberk.Identity;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>The mesh's trust domain and its aliases: which peers may come in (5.1), and what an identity in a rule or a service stands for.</summary>
public sealed class TrustDomainSet
{
    private const string Scheme = "spiffe://";
    private const string OwnByConvention = "cluster.local";

    private readonly ImmutableHashSet<string> accepted;

    public TrustDomainSet(MeshConfigResource mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        Own = Normalize(mesh.TrustDomain);
        Aliases = [.. mesh.TrustDomainAliases.Select(Normalize)];
        All = [.. Aliases.Prepend(Own).Distinct()];
        accepted = [.. All, .. mesh.CaCertificates.SelectMany(c => c.TrustDomains).Select(Normalize)];
    }

    /// <summary>meshConfig.trustDomain.</summary>
    public string Own { get; }

    public ImmutableArray<string> Aliases { get; }

    /// <summary>Own first, then the aliases.</summary>
    public ImmutableArray<string> All { get; }

    /// <summary>A bare trust domain is an authority's name, not a peer's.</summary>
    public bool Accepts(SpiffeId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return peer.Path.Length > 0 && accepted.Contains(peer.TrustDomain.Name);
    }

    /// <summary>The identity of a workload of this mesh; null where the names cannot be part of one.</summary>
    public SpiffeId? IdentityOf(string @namespace, string serviceAccount) =>
        TrustDomain.TryParse(Own, out var domain, out _) && SpiffeId.TryForServiceAccount(domain, @namespace, serviceAccount, out var id, out _)
            ? id
            : null;

    /// <summary>The identities as given, and each once more for every alias (specification 5.2). Sorted; the scheme may be left out.</summary>
    public ImmutableSortedSet<string> Expand(IEnumerable<string> identities)
    {
        ArgumentNullException.ThrowIfNull(identities);
        var expanded = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var identity in identities)
        {
            var uri = identity.Contains("://", StringComparison.Ordinal) ? identity : Scheme + identity;
            expanded.Add(uri);
            if (SpiffeId.TryParse(uri, out var id, out _) && id.Namespace is not null)
                foreach (var alias in Aliases) expanded.Add($"{Scheme}{alias}{id.Path}");
        }
        return expanded.ToImmutable();
    }

    /// <summary>
    /// A "principals" value as the values it stands for (specification 3.13): one for each trust domain of the mesh where it names one of
    /// them, or "cluster.local"; itself where it names a foreign one, any, or none.
    /// </summary>
    public ImmutableArray<string> ExpandPrincipal(string principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        var parts = principal.Split('/');
        if (parts.Length != 5 || parts[0] == "*") return [principal];
        var domain = parts[0];
        if (domain != OwnByConvention && !All.Any(own => Overlap(domain, own))) return [principal];
        // "*-td" goes on covering what it covers; what it does not cover gets a copy of its own.
        return [.. All.Select(own => CoversAsSuffix(domain, own) ? principal : own + principal[domain.Length..]).Distinct()];
    }

    private static bool Overlap(string a, string b) =>
        a == b || CoversAsSuffix(a, b) || CoversAsSuffix(b, a) || CoversAsPrefix(a, b) || CoversAsPrefix(b, a);

    private static bool CoversAsSuffix(string pattern, string value) =>
        pattern.StartsWith('*') && value.EndsWith(pattern[1..], StringComparison.Ordinal);

    private static bool CoversAsPrefix(string pattern, string value) =>
        pattern.EndsWith('*') && value.StartsWith(pattern[..^1], StringComparison.Ordinal);

    // As Istio does: account-like names of clouds hold an '@', which no SPIFFE ID may.
    private static string Normalize(string trustDomain) => trustDomain.Replace('@', '.');
}
