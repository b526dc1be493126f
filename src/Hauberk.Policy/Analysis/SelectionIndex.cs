using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Analysis;

/// <summary>
/// Finds, without looking at all, the resources that may speak about a workload. Each stands under one label that it wants (or under the
/// name and address it is of), so a workload finds it by its own labels; whether it does speak, the resolution decides.
/// </summary>
internal sealed class SelectionIndex
{
    private const string Anything = "";

    private readonly ILookup<(string Namespace, string Key), Resource> byKey;

    public SelectionIndex(ResourceSet set) => byKey = set.All
        .SelectMany(resource => KeysOf(resource).Select(key => (Key: (resource.Metadata.Namespace, key), Resource: resource)))
        .ToLookup(e => e.Key, e => e.Resource);

    public IEnumerable<Resource> CandidatesFor(Workload workload, string rootNamespace) =>
        new[] { workload.Namespace, rootNamespace }.Distinct()
            .SelectMany(ns => KeysOf(workload).SelectMany(key => byKey[(ns, key)])).Distinct();

    private static IEnumerable<string> KeysOf(Workload workload) =>
        [Anything, NameKey(workload.Name), .. workload.Addresses.Select(AddressKey), .. workload.Labels.Select(LabelKey)];

    private static IEnumerable<string> KeysOf(Resource resource) => resource switch
    {
        PeerAuthenticationResource policy => [KeyOf(policy.Selector)],
        AuthorizationPolicyResource policy => [KeyOf(policy.Selector)],
        ServiceResource service => service.Selector is { IsEmpty: false } selector ? [KeyOf(selector)] : [],
        ServiceEntryResource { WorkloadSelector: { IsEmpty: false } selector } => [KeyOf(selector)],
        ServiceEntryResource entry => entry.Endpoints.Select(e => AddressKey(e.Address)).Distinct(),
        WorkloadEntryResource entry => [NameKey(entry.Metadata.Name), AddressKey(entry.Endpoint.Address)],
        _ => [],
    };

    private static string KeyOf(LabelSelector? selector) =>
        selector is { IsEmpty: false } ? LabelKey(selector.MatchLabels.MinBy(l => l.Key, StringComparer.Ordinal)) : Anything;

    private static string LabelKey(KeyValuePair<string, string> label) => $"label {label.Key}={label.Value}";

    private static string NameKey(string name) => $"name {name}";

    private static string AddressKey(string address) => $"address {address}";
}
