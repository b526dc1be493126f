using System.Collections.Concurrent;
using System.Net;
using Hauberk.Sidecar;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Records;
using Hauberk.Sidecar.Tests.WholeSidecar;

namespace Hauberk.Conformance.Tests.Live;

/// <summary>A whole sidecar in this process with real sockets and TLS. Only packet capture is stood in for: its listener is told what it stands for.</summary>
internal sealed class LiveSidecar : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<IPEndPoint, TaskCompletionSource<ConnectionRecord>> records = [];
    private readonly ConcurrentQueue<Exception> unhandled = [];
    private DataPlane? plane;

    private LiveSidecar(IPEndPoint address) => Address = address;

    /// <summary>Where connections are to be made.</summary>
    public IPEndPoint Address { get; }

    /// <param name="isInbound">Else for the connections that its own application makes.</param>
    /// <param name="destination">What the listener stands for.</param>
    /// <param name="application">Inbound: where the application is.</param>
    public static async Task<LiveSidecar> StartAsync(
        bool isInbound, IPEndPoint destination, IPAddress? application, SidecarSnapshot snapshot, WorkloadCertificate certificate)
    {
        // An ordinary user may not listen below 1024; the port that policies see is that of the destination.
        var port = destination.Port < 1024 ? destination.Port + 20000 : destination.Port;
        var sidecar = new LiveSidecar(new IPEndPoint(LoopbackAddresses.Next(), port));
        var (snapshots, certificates) = (new SnapshotHolder(), new CertificateHolder());
        snapshots.Swap(snapshot);
        certificates.Swap(certificate);
        var listen = new ListenAddress(sidecar.Address, destination);
        var options = new DataPlaneOptions
        {
            Inbound = isInbound ? [listen] : [],
            Outbound = isInbound ? [] : [listen],
            ApplicationAddress = application,
        };
        sidecar.plane = await DataPlane.StartAsync(
            options, 1, snapshots, certificates, new HeldDestinations(snapshots), r => sidecar.RecordFrom(r.Source).TrySetResult(r),
            TimeProvider.System, sidecar.unhandled.Enqueue);
        return sidecar;
    }

    /// <summary>Of the connection from <paramref name="source"/>, once it is over.</summary>
    public Task<ConnectionRecord> RecordOfAsync(IPEndPoint source) => RecordFrom(source).Task.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await plane!.DisposeAsync();
        Assert.Empty(unhandled);
    }

    private TaskCompletionSource<ConnectionRecord> RecordFrom(IPEndPoint source) =>
        records.GetOrAdd(source, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
