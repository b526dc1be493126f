using System.Collections.Immutable;
using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Testing;
using Hauberk.Policy.Testing.Questions;
using Hauberk.Sidecar.Records;

namespace Hauberk.Conformance.Tests.Live;

/// <summary>Questions about what a workload sends, answered by calls of its application through its sidecar.</summary>
internal sealed class OutboundQuestions(LiveCase asked)
{
    private readonly string host = asked.Reader.Text("host") ?? "";
    private readonly int port = asked.Reader.Integer("port") ?? 80;

    /// <summary>The endpoint is an application that looks at what comes.</summary>
    public async Task<LiveAnswer> ClientTlsAsync()
    {
        var (client, endpoint) = (asked.Workload("client").Workload, asked.Workload("endpoint"));
        if (!client.HasSidecar) return LiveAnswer.NotPut(WhyNotPut.AsksWhereThereIsNoSidecar);
        if (asked.Reader.Has("subset")) return LiveAnswer.NotPut(WhyNotPut.NeedsSubsetRouting);
        var known = DestinationInput.Of(asked.Set, host, client, endpoint.Workload.Namespace);
        var workloadPort = endpoint.Port ?? DestinationInput.WorkloadPort(asked.Set, known, port, endpoint.Workload);
        await using var application = new LiveApplication(workloadPort);
        var at = EndpointAt(application.Address, endpoint.Workload, workloadPort, asked.IdentityOf(endpoint.Workload));
        var seen = await CallAsync(client, known, [at], application);
        if (seen.Record.CloseReason == CloseReason.TlsModeNotSupported)
        {
            Assert.Null(seen.Seen);
            return LiveAnswer.NotPut(WhyNotPut.NeedsTlsOrigination);
        }
        return LiveAnswer.Of(seen.IsDelivered ? "PLAINTEXT" : seen.IsTlsDelivered ? "ISTIO_MUTUAL" : "REFUSED", seen.ToString());
    }

    public async Task<LiveAnswer> SecureNamingAsync()
    {
        var client = asked.Workload("client").Workload;
        var server = LiveCase.Identity(asked.Reader.RequiredText("serverIdentity"));
        var identities = asked.Reader.Texts("endpointIdentities").Select(LiveCase.Identity).ToList();
        await using var application = new LiveApplication(8080);
        // A server of that identity that lets everybody in: only its name is the question.
        var open = new ResourceSet([], asked.Set.Mesh);
        var stranger = new Workload { Namespace = "somewhere" };
        await using var sidecar = await asked.ServeAsync(open, stranger, application.Address, application, server, asked.IdentityOf(client));
        var known = DestinationInput.Of(asked.Set, host, client, client.Namespace);
        ResolvedEndpoint[] endpoints = identities.Count == 0
            ? [EndpointAt(sidecar.Address, stranger, 8080, null)]
            : [.. identities.Select(i => EndpointAt(sidecar.Address, stranger, 8080, i))];
        var seen = await CallAsync(client, known, endpoints, application, [server, .. identities]);
        if (!seen.IsMutualTls) return LiveAnswer.NotPut(WhyNotPut.ConnectionIsNotMutualTls);
        return LiveAnswer.Of(seen.IsDelivered ? "accept" : "reject", seen.ToString());
    }

    public async Task<LiveAnswer> ConnectAsync()
    {
        var (client, server) = (asked.Workload("client").Workload, asked.Workload("server"));
        if (asked.Reader.Has("subset")) return LiveAnswer.NotPut(WhyNotPut.NeedsSubsetRouting);
        if (!client.HasSidecar && !server.Workload.HasSidecar) return LiveAnswer.NotPut(WhyNotPut.AsksWhereThereIsNoSidecar);
        var known = DestinationInput.Of(asked.Set, host, client, server.Workload.Namespace);
        var workloadPort = server.Port ?? DestinationInput.WorkloadPort(asked.Set, known, port, server.Workload);
        if (HasHttpRules(server.Workload, workloadPort)) return LiveAnswer.NotPut(WhyNotPut.NeedsHttpHandling);
        var identity = asked.IdentityOf(server.Workload);
        await using var application = new LiveApplication(workloadPort);
        await using var sidecar = server.Workload.HasSidecar
            ? await asked.ServeAsync(asked.Set, server.Workload, application.Address, application, identity, asked.IdentityOf(client))
            : null;
        var at = sidecar?.Address ?? application.Address;
        var seen = client.HasSidecar
            ? await CallAsync(client, known, [EndpointAt(at, server.Workload, workloadPort, identity)], application, identity)
            : await CallDirectlyAsync(sidecar!, application);
        if (seen.Record.CloseReason == CloseReason.TlsModeNotSupported) return LiveAnswer.NotPut(WhyNotPut.NeedsTlsOrigination);
        return new(Answer.Of(
            seen.ToString(), null, ("result", seen.IsDelivered ? "success" : "fail"), ("mtls", seen.IsMutualTls ? "true" : "false")), null);
    }

    private static async Task<Observation> CallDirectlyAsync(LiveSidecar server, LiveApplication application)
    {
        var source = await new LiveClient().CallAsync(server.Address, LiveCase.Payload);
        return new(await server.RecordOfAsync(source), application.Take(), LiveCase.Payload, application.IsListening);
    }

    private async Task<Observation> CallAsync(
        Workload client, ResolvedDestination known, ResolvedEndpoint[] endpoints, LiveApplication application, params SpiffeId[] peers)
    {
        var destination = new CalledDestination(known with
        {
            Endpoints = [.. endpoints],
            Ports = known.Ports.Any(p => p.Number == port) ? known.Ports : [new ResolvedPort(port, "", DeclaredProtocol.Auto)],
        });
        await using var sidecar = await asked.CallAsync(client, destination, port, peers);
        var source = await new LiveClient().CallAsync(sidecar.Address, LiveCase.Payload);
        return new(await sidecar.RecordOfAsync(source), application.Take(), LiveCase.Payload, application.IsListening);
    }

    private ResolvedEndpoint EndpointAt(IPEndPoint address, Workload workload, int workloadPort, SpiffeId? identity) => new()
    {
        Workload = workload with { Name = "endpoint" },
        Address = address.Address.ToString(),
        Identity = workload.HasSidecar ? identity : null,
        HasSidecar = workload.HasSidecar,
        WorkloadPorts = ImmutableSortedDictionary<int, int>.Empty.Add(port, address.Port),
        Modes = ServerModeResolution.Resolve(asked.Set, workload),
    };

    private bool HasHttpRules(Workload server, int workloadPort)
    {
        // A rule on requests would be asked about one; opaque bytes get the rule's TCP form (3.8).
        var compiled = CompiledWorkloadPolicy.Compile(asked.Set, server);
        return compiled.ProtocolOf(workloadPort).IsHttp() && asked.Set.OfKind<AuthorizationPolicyResource>()
            .SelectMany(p => p.Rules).SelectMany(r => r.To).Any(o => !o.Paths.IsEmpty || !o.Methods.IsEmpty || !o.Hosts.IsEmpty);
    }
}
