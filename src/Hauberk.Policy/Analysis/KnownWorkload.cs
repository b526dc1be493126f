using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Analysis;

/// <summary>A workload that the resources tell of.</summary>
/// <param name="IsImplied">True where only the selector of a Service tells of it: it may have further labels.</param>
internal sealed record KnownWorkload(Workload Workload, Resource ToldBy, bool IsImplied)
{
    /// <summary>For messages.</summary>
    public string Name => IsImplied ? $"behind {ToldBy.Kind} {ToldBy.QualifiedName}" : $"{Workload.Namespace}/{Workload.Name}";

    /// <summary>False where a selector certainly does not match: an implied workload may have the labels that are not known of it.</summary>
    public bool MayHave(LabelSelector? selector) => selector is null || selector.MatchLabels.All(Fits);

    private bool Fits(KeyValuePair<string, string> label) =>
        Workload.Labels.TryGetValue(label.Key, out var value) ? value == label.Value : IsImplied;
}
