using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Enforcement;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Inbound;
using Hauberk.Sidecar.Outbound;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar;

/// <summary>The data path of one sidecar: loops, listeners, live connections. Enforces what the snapshot and the certificate say now.</summary>
public sealed class DataPlane : IAsyncDisposable
{
    private readonly DataPath path;
    private readonly IReadOnlyList<ConnectionRegistry> registries;
    private readonly IReadOnlyList<Tunnels> tunnels;
    private readonly Reauthorizer reauthorizer;
    private readonly List<ListenerSocket> listeners = [];

    private DataPlane(DataPath path, IReadOnlyList<ConnectionRegistry> registries)
    {
        this.path = path;
        this.registries = registries;
        tunnels = [.. registries.Select(r => new Tunnels(path, r.Loop))];
        reauthorizer = new Reauthorizer(path.Snapshots, registries);
    }

    public ConnectionMetrics Metrics => path.Metrics;

    /// <summary>Connections that wait for first bytes or are in a handshake, inbound.</summary>
    public int Opening => path.Inbound.Opening;

    /// <summary>Ports whose application was heard to speak first, so that silent clients reach it without a wait.</summary>
    public IReadOnlyList<int> ServerFirstPorts => path.Memory.ServerFirstPorts;

    /// <param name="loopCount">Event loops, each a thread; one for each core at most.</param>
    /// <param name="onRecord">Takes each connection's record once, on a loop: it must not wait.</param>
    /// <exception cref="IOException">An address cannot be bound.</exception>
    public static async Task<DataPlane> StartAsync(
        DataPlaneOptions options,
        int loopCount,
        SnapshotHolder snapshots,
        CertificateHolder certificates,
        IDestinationSource destinations,
        Action<ConnectionRecord> onRecord,
        TimeProvider time,
        Action<Exception> onUnhandledException)
    {
        var loopOptions = new EventLoopOptions { OnUnhandledException = onUnhandledException };
        var loops = Enumerable.Range(0, loopCount).Select(i => EventLoop.Start($"loop-{i}", loopOptions)).ToList();
        var peers = new PeerCheck(snapshots, time);
        var path = new DataPath
        {
            Options = options,
            Time = time,
            Snapshots = snapshots,
            Peers = peers,
            Tls = new TlsContexts(certificates, peers, loops),
            Destinations = new DestinationResolver(destinations),
            Endpoints = new EndpointChoice(time),
            Inbound = new ConnectionAdmission(options.InboundLimits),
            Outbound = new ConnectionAdmission(options.OutboundLimits),
            Metrics = new ConnectionMetrics(),
            OnRecord = onRecord,
        };
        var plane = new DataPlane(path, [.. loops.Select(loop => new ConnectionRegistry(loop))]);
        try
        {
            await plane.ListenAsync();
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>What <paramref name="read"/> takes from the record of each live connection; it runs on their loops and must not keep the record.</summary>
    public async Task<IReadOnlyList<T>> ReadConnectionsAsync<T>(Func<ConnectionRecord, T> read)
    {
        var ofLoops = await Task.WhenAll(registries.Select(r => r.Loop.RunAsync(() => Task.FromResult(r.Read(read)))));
        return [.. ofLoops.SelectMany(static connections => connections)];
    }

    /// <summary>Accepts no more, lets what is there end by itself, and cuts the rest when <paramref name="cancellationToken"/> says so.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await CloseListenersAsync();
        foreach (var registry in registries)
            registry.Loop.Post(registry.Drain);
        try
        {
            await Task.WhenAll(registries.Select(r => r.Loop.RunAsync(r.WhenEmptyAsync))).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await CutAllAsync();
        }
    }

    /// <summary>Cuts every connection, with its record, and ends the loops.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseListenersAsync();
        await DrainTunnelsAsync();
        await CutAllAsync();
        reauthorizer.Dispose();
        path.Tls.Dispose();
        foreach (var registry in registries)
            await registry.Loop.DisposeAsync();
    }

    private async Task ListenAsync()
    {
        foreach (var (registry, own) in registries.Zip(tunnels))
        {
            foreach (var address in path.Options.Inbound)
                listeners.Add(await InboundListener.OpenAsync(path, registry, address));
            foreach (var address in path.Options.Tunnels)
                listeners.Add(await InboundListener.OpenTunnelsAsync(path, registry, address));
            foreach (var address in path.Options.Outbound)
                listeners.Add(await OutboundListener.OpenAsync(path, registry, own, address));
        }
    }

    private async Task CloseListenersAsync()
    {
        foreach (var listener in listeners)
            await listener.CloseAsync();
        listeners.Clear();
    }

    /// <summary>Those without a stream end in order, before the rest is cut.</summary>
    private Task DrainTunnelsAsync() => Task.WhenAll(registries.Zip(tunnels, static (r, own) => r.Loop.RunAsync(() =>
    {
        own.Drain();
        return Task.CompletedTask;
    })));

    private Task CutAllAsync() => Task.WhenAll(registries.Zip(tunnels, (r, own) => r.Loop.RunAsync(async () =>
    {
        r.CutAll(CloseReason.Draining);
        own.Abort(nameof(CloseReason.Draining));
        await r.WhenEmptyAsync();
    })));
}
