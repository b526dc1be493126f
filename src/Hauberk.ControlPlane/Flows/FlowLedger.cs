using Hauberk.Api.Flows;

namespace Hauberk.ControlPlane.Flows;

/// <summary>The latest flows that sidecars reported, in memory: a ring, so evidence costs a fixed amount.</summary>
internal sealed class FlowLedger(int capacity = FlowLedger.DefaultCapacity)
{
    public const int DefaultCapacity = 32_768;

    private readonly Flow[] ring = new Flow[capacity];
    private readonly Lock gate = new();
    private long count;

    /// <summary>How many were ever added.</summary>
    public long Count
    {
        get
        {
            lock (gate) return count;
        }
    }

    public void Add(IReadOnlyList<Flow> flows)
    {
        lock (gate)
        {
            foreach (var flow in flows) ring[count++ % ring.Length] = flow;
        }
    }

    /// <summary>The newest first.</summary>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<Flow> Latest(int limit, Func<Flow, bool> isWanted)
    {
        var found = new List<Flow>();
        foreach (var flow in Snapshot())
        {
            if (found.Count == limit) break;
            if (isWanted(flow)) found.Add(flow);
        }
        return found;
    }

    private Flow[] Snapshot()
    {
        lock (gate)
        {
            var newest = new Flow[Math.Min(count, ring.Length)];
            for (var i = 0; i < newest.Length; i++) newest[i] = ring[(count - 1 - i) % ring.Length];
            return newest;
        }
    }
}
