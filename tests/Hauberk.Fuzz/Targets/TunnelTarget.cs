using Hauberk.Fuzz.Tunnel;
using Hauberk.Net;
using Hauberk.Net.EventLoops;

namespace Hauberk.Fuzz.Targets;

/// <summary>A whole tunnel, in memory: frames of a peer, and what applications do with the streams.</summary>
internal sealed class TunnelTarget : IFuzzTarget
{
    private readonly bool isServer;
    private readonly List<Exception> escaped = [];
    private readonly Lazy<EventLoop> loop;

    public TunnelTarget(bool isServer)
    {
        this.isServer = isServer;
        loop = new Lazy<EventLoop>(StartLoop);
    }

    public string Name => isServer ? "tunnel-server" : "tunnel-client";

    public void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        var held = loop.Value.RunAsync(() => PlayAsync(bytes)).GetAwaiter().GetResult();
        if (escaped.Count > 0) throw new PropertyBrokenException(string.Join('\n', escaped));
        PropertyBrokenException.Unless(held == 0, $"{held} native resources are left");
    }

    private async Task<long> PlayAsync(byte[] input)
    {
        var before = NativeResources.Outstanding;
        using (var script = new TunnelScript(EventLoop.Current!, isServer, input)) await script.PlayAsync();
        return NativeResources.Outstanding - before;
    }

    private EventLoop StartLoop()
    {
        var started = EventLoop.Start(Name, new EventLoopOptions { OnUnhandledException = escaped.Add });
        // The loop's own buffers are made at first use.
        started.RunAsync(() => PlayAsync([])).GetAwaiter().GetResult();
        return started;
    }
}
