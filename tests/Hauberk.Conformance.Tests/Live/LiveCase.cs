using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Testing.Questions;
using Hauberk.Policy.Validation;

namespace Hauberk.Conformance.Tests.Live;

/// <summary>A case with what is needed to set its workloads up.</summary>
internal sealed class LiveCase(ConformanceCase asked, LiveCertificates certificates)
{
    public static readonly byte[] Payload = "hello"u8.ToArray();

    public ResourceSet Set => asked.Test.Resources;

    public LiveCertificates Certificates => certificates;

    /// <summary>Of the question's fields.</summary>
    public MappingReader Reader { get; } = new(new ResourceContext(new ProblemCollector(10)), asked.Case.Input, "", UnknownFields.Kept);

    public WorkloadInput Workload(string key) => WorkloadInput.Read(Reader, key, hasPort: true, hasProtocol: true);

    public SpiffeId IdentityOf(Workload workload) =>
        new TrustDomainSet(Set.Mesh).IdentityOf(workload.Namespace, workload.ServiceAccount)
        ?? throw new InvalidOperationException("the workload can have no identity");

    /// <summary>Any workload of the mesh.</summary>
    public SpiffeId Somebody => IdentityOf(new Workload { Namespace = "somewhere", ServiceAccount = "somebody" });

    /// <summary>With or without its scheme.</summary>
    public static SpiffeId Identity(string text) => IdentityInput.TryParse(text, out var id, out var problem) ? id : throw new FormatException(problem.Reason);

    /// <summary>As the peer's sidecar would speak.</summary>
    public LiveClient MeshClient(SpiffeId identity) =>
        new() { SpeaksTls = true, Alpn = "istio", Certificate = certificates.ForPeer(identity) };

    /// <summary>A workload's sidecar and, behind it, its application.</summary>
    /// <param name="peers">Their trust domains are vouched for, too.</param>
    public Task<LiveSidecar> ServeAsync(
        ResourceSet set, Workload workload, IPEndPoint destination, LiveApplication application, SpiffeId identity, params SpiffeId[] peers) =>
        LiveSidecar.StartAsync(
            isInbound: true, destination, application.Address.Address,
            LiveConfiguration.Of(set, Named(workload), Bundles([identity, .. peers]), null), certificates.ForWorkload(identity));

    /// <summary>A workload's sidecar that takes its application's calls to one destination.</summary>
    public Task<LiveSidecar> CallAsync(Workload client, CalledDestination destination, int port, params SpiffeId[] peers)
    {
        var identity = IdentityOf(client);
        return LiveSidecar.StartAsync(
            isInbound: false, new IPEndPoint(IPAddress.Parse(CalledDestination.Address), port), null,
            LiveConfiguration.Of(Set, Named(client), Bundles([identity, .. peers]), destination), certificates.ForWorkload(identity));
    }

    private TrustBundleSet Bundles(IEnumerable<SpiffeId> identities) =>
        certificates.BundlesOf(identities.Select(i => i.TrustDomain).Append(TrustDomain.Parse(Set.Mesh.TrustDomain)));

    private static Workload Named(Workload workload) => workload with { Name = "w" };
}
