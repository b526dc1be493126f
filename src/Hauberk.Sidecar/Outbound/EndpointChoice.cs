using System.Net;

namespace Hauberk.Sidecar.Outbound;

/// <summary>
/// Which endpoint a new connection goes to: of two taken at random, the one that carries fewer of this sidecar's connections. Endpoints that could
/// not be reached a moment ago are passed over while others are left. Used from every loop.
/// </summary>
public sealed class EndpointChoice(TimeProvider time)
{
    /// <summary>How long an endpoint that could not be reached is passed over.</summary>
    public static readonly TimeSpan FailureMemory = TimeSpan.FromSeconds(5);

    private const int PruneAbove = 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<IPEndPoint, Load> loads = [];

    /// <summary>Takes one that is not among <paramref name="tried"/>; null if none is left. Give it back with <see cref="Release"/>.</summary>
    public IPEndPoint? Take(IReadOnlyList<IPEndPoint> endpoints, IReadOnlyCollection<IPEndPoint> tried)
    {
        lock (gate)
        {
            var left = endpoints.Where(e => !tried.Contains(e)).ToList();
            var healthy = left.Where(e => !HasFailed(e)).ToList();
            if (Pick(healthy.Count > 0 ? healthy : left) is not { } chosen)
                return null;
            LoadOf(chosen).Connections++;
            return chosen;
        }
    }

    /// <summary>The connection to <paramref name="endpoint"/> has ended, or never came about.</summary>
    public void Release(IPEndPoint endpoint)
    {
        lock (gate)
        {
            if (--LoadOf(endpoint).Connections == 0 && !HasFailed(endpoint))
                loads.Remove(endpoint);
        }
    }

    public void Failed(IPEndPoint endpoint)
    {
        lock (gate)
        {
            LoadOf(endpoint).FailedAt = time.GetTimestamp();
            if (loads.Count > PruneAbove)
                Prune();
        }
    }

    private IPEndPoint? Pick(List<IPEndPoint> candidates)
    {
        if (candidates.Count < 2)
            return candidates.FirstOrDefault();
        var first = Random.Shared.Next(candidates.Count);
        var second = (first + 1 + Random.Shared.Next(candidates.Count - 1)) % candidates.Count;
        return Connections(candidates[second]) < Connections(candidates[first]) ? candidates[second] : candidates[first];
    }

    private int Connections(IPEndPoint endpoint) => loads.TryGetValue(endpoint, out var load) ? load.Connections : 0;

    private bool HasFailed(IPEndPoint endpoint) =>
        loads.TryGetValue(endpoint, out var load) && load.FailedAt is { } failed && time.GetElapsedTime(failed) < FailureMemory;

    private Load LoadOf(IPEndPoint endpoint)
    {
        if (!loads.TryGetValue(endpoint, out var load))
            loads.Add(endpoint, load = new Load());
        return load;
    }

    private void Prune()
    {
        foreach (var idle in loads.Where(l => l.Value.Connections == 0 && !HasFailed(l.Key)).Select(l => l.Key).ToList())
            loads.Remove(idle);
    }

    private sealed class Load
    {
        public int Connections { get; set; }

        public long? FailedAt { get; set; }
    }
}
