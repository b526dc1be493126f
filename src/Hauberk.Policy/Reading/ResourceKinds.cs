using System.Collections.Immutable;
using Hauberk.Policy.Reading.Kinds;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading;

/// <summary>Every kind that is read, and why others are not.</summary>
public static class ResourceKinds
{
    private const string Security = "security.istio.io";
    private const string Networking = "networking.istio.io";
    private const string Own = "hauberk.dev";

    private static readonly ImmutableArray<string> SecurityVersions = ["v1", "v1beta1"];
    private static readonly ImmutableArray<string> NetworkingVersions = ["v1", "v1beta1", "v1alpha3"];

    public static ImmutableArray<ResourceKind> All { get; } =
    [
        new(PeerAuthenticationReader.Read)
        {
            Name = "PeerAuthentication", Group = Security, Versions = SecurityVersions, Plural = "peerauthentications", ShortNames = ["pa"],
            UnknownFields = UnknownFields.Refused,
        },
        new(AuthorizationPolicyReader.Read)
        {
            Name = "AuthorizationPolicy", Group = Security, Versions = SecurityVersions, Plural = "authorizationpolicies", ShortNames = ["ap"],
            UnknownFields = UnknownFields.Refused,
        },
        new(RequestAuthenticationReader.Read)
        {
            Name = "RequestAuthentication", Group = Security, Versions = SecurityVersions, Plural = "requestauthentications", ShortNames = ["ra"],
            UnknownFields = UnknownFields.Refused,
        },
        new(DestinationRuleReader.Read)
        {
            Name = "DestinationRule", Group = Networking, Versions = NetworkingVersions, Plural = "destinationrules", ShortNames = ["dr"],
        },
        new(ServiceEntryReader.Read)
        {
            Name = "ServiceEntry", Group = Networking, Versions = NetworkingVersions, Plural = "serviceentries", ShortNames = ["se"],
        },
        new(WorkloadEntryReader.Read)
        {
            Name = "WorkloadEntry", Group = Networking, Versions = NetworkingVersions, Plural = "workloadentries", ShortNames = ["we"],
        },
        new(WorkloadGroupReader.Read)
        {
            Name = "WorkloadGroup", Group = Networking, Versions = NetworkingVersions, Plural = "workloadgroups", ShortNames = ["wg"],
        },
        new(ServiceReader.Read)
        {
            Name = "Service", Group = "", Versions = ["v1"], Plural = "services", ShortNames = ["svc"],
        },
        new(NamespaceReader.Read)
        {
            Name = "Namespace", Group = "", Versions = ["v1"], Plural = "namespaces", ShortNames = ["ns"],
            IsNamespaced = false,
        },
        new(MeshConfigReader.Read)
        {
            Name = "MeshConfig", Group = Own, Versions = ["v1"], Plural = "meshconfigs", ShortNames = ["mc"],
            IsNamespaced = false, UnknownFields = UnknownFields.Refused,
        },
        new(PolicyTestReader.Read)
        {
            Name = "PolicyTest", Group = Own, Versions = ["v1"], Plural = "policytests",
            IsStored = false,
        },
    ];

    /// <summary>Kinds of the same configuration language that would be half obeyed if they were accepted.</summary>
    private static readonly ImmutableDictionary<string, string> Refused = new Dictionary<string, string>
    {
        ["VirtualService"] = "requests are not routed, split or rewritten",
        ["Gateway"] = "there are no gateways",
        ["EnvoyFilter"] = "no Envoy is configured",
        ["Sidecar"] = "what a sidecar may reach is not restricted by it, and ignoring it would let more through",
        ["ProxyConfig"] = "sidecars have settings of their own",
        ["WasmPlugin"] = "sidecars run no plugins",
        ["Telemetry"] = "telemetry has settings of its own",
    }.ToImmutableDictionary();

    public static ResourceKind? Find(string kind) => All.FirstOrDefault(k => k.Name == kind);

    /// <summary>Null where the group has no such resource ("security.istio.io", "peerauthentications").</summary>
    public static ResourceKind? FindByPlural(string group, string plural) => All.FirstOrDefault(k => k.Group == group && k.Plural == plural);

    /// <summary>By plural, singular or short name in any case, or with the group: "pa", "peerauthentications.security.istio.io".</summary>
    public static ResourceKind? FindByName(string name)
    {
        var lower = name.ToLowerInvariant();
        return All.FirstOrDefault(k => k.Plural == lower || k.Singular == lower || k.ShortNames.Contains(lower) || $"{k.Plural}.{k.Group}" == lower);
    }

    public static ResourceKind Of(Resource resource) => Find(resource.Kind)!;

    internal static string? WhyRefused(string kind) => Refused.GetValueOrDefault(kind);
}
