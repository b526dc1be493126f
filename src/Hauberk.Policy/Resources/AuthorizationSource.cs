using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

/// <summary>Fields are ANDed, values in one field ORed; an empty array is a field not given (specification 3.5).</summary>
public sealed record AuthorizationSource
{
    public ImmutableArray<string> Principals { get; init; } = [];
    public ImmutableArray<string> NotPrincipals { get; init; } = [];
    public ImmutableArray<string> RequestPrincipals { get; init; } = [];
    public ImmutableArray<string> NotRequestPrincipals { get; init; } = [];
    public ImmutableArray<string> Namespaces { get; init; } = [];
    public ImmutableArray<string> NotNamespaces { get; init; } = [];
    public ImmutableArray<string> ServiceAccounts { get; init; } = [];
    public ImmutableArray<string> NotServiceAccounts { get; init; } = [];
    public ImmutableArray<string> TrustDomains { get; init; } = [];
    public ImmutableArray<string> NotTrustDomains { get; init; } = [];
    public ImmutableArray<string> IpBlocks { get; init; } = [];
    public ImmutableArray<string> NotIpBlocks { get; init; } = [];
    public ImmutableArray<string> RemoteIpBlocks { get; init; } = [];
    public ImmutableArray<string> NotRemoteIpBlocks { get; init; } = [];
}
