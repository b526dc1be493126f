using Grpc.Core;

namespace Hauberk.ControlPlane.Mesh;

/// <summary>How long a stream may last: until its caller ends it, the program stops, or the peer's proof of identity is over.</summary>
internal sealed class PeerLifetime : IDisposable
{
    // The longest that timers take; what lives longer is cut then and comes back.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(24);
    private readonly CancellationTokenSource expiry;
    private readonly CancellationTokenSource linked;
    private readonly CancellationToken stopping;

    private PeerLifetime(TimeSpan remaining, TimeProvider clock, CancellationToken call, CancellationToken stopping)
    {
        expiry = new CancellationTokenSource(remaining < MaxDelay ? remaining : MaxDelay, clock);
        linked = CancellationTokenSource.CreateLinkedTokenSource(call, expiry.Token, stopping);
        this.stopping = stopping;
    }

    public CancellationToken Token => linked.Token;

    public static PeerLifetime Start(VerifiedPeer peer, TimeProvider clock, ServerCallContext call)
    {
        var remaining = peer.NotAfter - clock.GetUtcNow();
        var stopping = call.GetHttpContext().RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        return remaining > TimeSpan.Zero ? new PeerLifetime(remaining, clock, call.CancellationToken, stopping) : throw Expired;
    }

    /// <summary>What to tell the peer when <see cref="Token"/> ended its stream.</summary>
    public RpcException End() => expiry.IsCancellationRequested ? Expired
        : new(stopping.IsCancellationRequested
            ? new Status(StatusCode.Unavailable, "the control plane is stopping")
            : new Status(StatusCode.Cancelled, "the call was ended by its caller"));

    public void Dispose()
    {
        linked.Dispose();
        expiry.Dispose();
    }

    private static RpcException Expired =>
        new(new Status(StatusCode.Unauthenticated, "the certificate of this connection has expired; connect again with a new one"));
}
