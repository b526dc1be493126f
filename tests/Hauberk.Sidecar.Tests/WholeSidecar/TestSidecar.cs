using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Identity;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>
/// A whole sidecar in this process, at an address of its own, with real sockets and TLS. Only two things are stood in for: packet capture (its
/// listeners are told what they stand for) and distribution (its snapshot is swapped by hand).
/// </summary>
internal sealed class TestSidecar : IAsyncDisposable
{
    public const int Port = 8080;

    private readonly TestMesh mesh;
    private readonly List<Exception> unhandled = [];
    private Func<Task<DataPlane>>? start;
    private DataPlane? plane;
    private long version;

    private TestSidecar(TestMesh mesh, string account)
    {
        this.mesh = mesh;
        Workload = new Workload { Namespace = "shop", Name = account, ServiceAccount = account, Addresses = [Address.ToString()], Labels = Labels(account) };
        Identity = SpiffeId.Parse($"spiffe://cluster.local/ns/shop/sa/{account}");
    }

    /// <summary>The workload's address, which its clients call.</summary>
    public IPAddress Address { get; } = LoopbackAddresses.Next();

    /// <summary>Where the program itself listens: on the same port.</summary>
    public IPAddress ApplicationAddress { get; } = LoopbackAddresses.Next();

    public Workload Workload { get; }

    public SpiffeId Identity { get; }

    public SnapshotHolder Snapshots { get; } = new();

    public CertificateHolder Certificates { get; } = new();

    public RecordLog Records { get; } = new();

    public DataPlane Plane => plane!;

    /// <summary>For the workload's port: where its clients' connections arrive.</summary>
    public IPEndPoint Inbound => new(Address, Port);

    /// <param name="calls">For each, the sidecar listens for its application's connections there.</param>
    public static async Task<TestSidecar> StartAsync(
        TestMesh mesh, string account, IEnumerable<IPEndPoint>? calls = null, Func<DataPlaneOptions, DataPlaneOptions>? change = null, int loops = 1)
    {
        var sidecar = new TestSidecar(mesh, account);
        var options = new DataPlaneOptions
        {
            Inbound = [new ListenAddress(sidecar.Inbound, new IPEndPoint(sidecar.ApplicationAddress, Port))],
            Tunnels = [new IPEndPoint(sidecar.Address, SidecarPorts.Tunnel)],
            ApplicationAddress = sidecar.ApplicationAddress,
            Outbound = [.. (calls ?? []).Select(c => new ListenAddress(sidecar.OutboundFor(c), c))],
        };
        sidecar.start = () => DataPlane.StartAsync(
            change?.Invoke(options) ?? options, loops, sidecar.Snapshots, sidecar.Certificates, new HeldDestinations(sidecar.Snapshots),
            sidecar.Records.Add, TimeProvider.System, sidecar.Report);
        sidecar.plane = await sidecar.start();
        return sidecar;
    }

    /// <summary>Everything live is cut.</summary>
    public async Task RestartAsync()
    {
        await Plane.DisposeAsync();
        plane = await start!();
    }

    /// <summary>Where the application's connections to <paramref name="called"/> are taken.</summary>
    public IPEndPoint OutboundFor(IPEndPoint called) => new(ApplicationAddress, 20000 + called.Address.GetAddressBytes()[3] * 100 + called.Port % 100);

    public void Certify(TimeSpan? lifetime = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var leaf = (mesh.Leaf(Identity.ToString()) with { Key = key, NotAfter = now + (lifetime ?? TimeSpan.FromHours(1)) }).SignedBy(mesh.Intermediate);
        Assert.True(WorkloadCertificate.TryCreate(
            [leaf.Der, mesh.Intermediate.Der], key, Identity, mesh.Bundles, now, out var certificate, out var problem), problem);
        Certificates.Swap(certificate);
    }

    /// <summary>Swaps in a configuration.</summary>
    /// <param name="policies">YAML: what decides who enters, and the MeshConfig.</param>
    public void Configure(string policies = "", IEnumerable<TestDestination>? destinations = null, TrustBundleSet? bundles = null)
    {
        var set = Set(policies);
        var known = (destinations ?? []).Select(d => (d.Called, Snapshot: d.Build(Workload))).ToList();
        Snapshots.Swap(new SidecarSnapshot
        {
            Version = ++version,
            Workload = Workload,
            Mesh = set.Mesh,
            TrustBundles = bundles ?? mesh.Bundles,
            Policy = CompiledWorkloadPolicy.Compile(set, Workload),
            Destinations = known.Where(k => k.Snapshot is not null).ToImmutableDictionary(k => k.Snapshot!.Name, k => k.Snapshot!),
            AddressIndex = AddressIndex.Empty.With(known.Select(k => KeyValuePair.Create<string, AddressIndexEntry?>(
                k.Called.Address.ToString(), new AddressIndexEntry([k.Snapshot?.Name ?? "shop/unknown"], IsMeshed: true)))),
        });
    }

    public static ResourceSet Set(string yaml)
    {
        var read = ResourceReader.Read(yaml, "test.yaml");
        Assert.False(read.HasErrors, string.Join('\n', read.Problems));
        return new ResourceSet(read.Resources, read.Resources.OfType<MeshConfigResource>().SingleOrDefault());
    }

    public DestinationEndpoint Endpoint(ServerMode mode = ServerMode.Permissive, bool hasSidecar = true) => new()
    {
        Namespace = "shop",
        Workload = Workload.Name,
        Address = Address,
        Identity = hasSidecar ? Identity : null,
        HasSidecar = hasSidecar,
        DefaultServerMode = mode,
    };

    public async ValueTask DisposeAsync()
    {
        await Plane.DisposeAsync();
        Assert.Empty(unhandled);
    }

    private static ImmutableDictionary<string, string> Labels(string account) =>
        ImmutableDictionary<string, string>.Empty.Add("app", account);

    private void Report(Exception exception)
    {
        lock (unhandled)
            unhandled.Add(exception);
    }
}
