using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>
/// The order in which resources of one kind count: oldest, then name, then namespace (specification 1.3). No timestamp is the oldest, so
/// resources from files are equally old.
/// </summary>
public sealed class OldestFirst : IComparer<Resource>
{
    public static OldestFirst Instance { get; } = new();

    public int Compare(Resource? x, Resource? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var byAge = Nullable.Compare(x.Metadata.CreationTimestamp, y.Metadata.CreationTimestamp);
        if (byAge != 0) return byAge;
        var byName = string.CompareOrdinal(x.Metadata.Name, y.Metadata.Name);
        return byName != 0 ? byName : string.CompareOrdinal(x.Metadata.Namespace, y.Metadata.Namespace);
    }
}
