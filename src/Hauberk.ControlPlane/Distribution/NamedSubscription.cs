using Hauberk.ControlPlane.Registry;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>A type of which a sidecar names what it needs, or of which there are so few that it may ask for all.</summary>
/// <param name="find">The resource of a name; null: there is none.</param>
/// <param name="all">The names that a wildcard stands for.</param>
internal sealed class NamedSubscription(
    string typeUrl, Func<SidecarView, string, VersionedResource?> find, Func<SidecarView, IEnumerable<string>> all) : Subscription(typeUrl)
{
    private const int MaxNames = 20_000;

    /// <summary>Told as not existing.</summary>
    private const string Absent = "";

    /// <summary>Name to the version that the sidecar holds; null: it is owed an answer, whatever it is.</summary>
    private readonly Dictionary<string, string?> names = new(StringComparer.Ordinal);
    private readonly Queue<string> due = new();
    private bool isWildcard;

    protected override void Subscribe(IReadOnlyCollection<string> names, IReadOnlyDictionary<string, string> held, SidecarView view)
    {
        isWildcard |= names.Contains(Wildcard);
        // Held, but not there any more: with a wildcard it is known only from what the sidecar says.
        foreach (var name in (isWildcard ? held.Keys : []).Concat(names).Where(static n => n != Wildcard))
        {
            if (!this.names.ContainsKey(name) && this.names.Count >= MaxNames) throw Refuse($"more than {MaxNames} resources of {ShortName} are subscribed to");
            // Asked for again without a version: the sidecar does not have it (any more), or not whole, so it is told anew, be it that there is none.
            this.names[name] = held.GetValueOrDefault(name) is { Length: > 0 } version ? version : null;
        }
        Compare(view);
    }

    protected override void Unsubscribe(IReadOnlyCollection<string> names)
    {
        isWildcard &= !names.Contains(Wildcard);
        foreach (var name in names) this.names.Remove(name);
    }

    public override void Compare(SidecarView view)
    {
        if (isWildcard)
            foreach (var name in all(view)) names.TryAdd(name, null);
        due.Clear();
        foreach (var (name, version) in names)
            if (version is null || version != (find(view, name)?.Version ?? Absent)) due.Enqueue(name);
    }

    protected override bool TryTakeChange(SidecarView view, out string name, out VersionedResource? current)
    {
        while (due.TryDequeue(out name!))
        {
            // Unsubscribed, or back to what the sidecar holds, since it was found.
            if (!names.TryGetValue(name, out var version)) continue;
            current = find(view, name);
            if (version is not null && version == (current?.Version ?? Absent)) continue;
            names[name] = current?.Version ?? Absent;
            return true;
        }
        current = null;
        return false;
    }
}
