using System.Threading.Channels;
using Grpc.Core;
using Hauberk.Api.Distribution;

namespace Hauberk.Sidecar.Configuration;

/// <summary>One stream of delta xDS: says what is held, asks for what is wanted, and acknowledges or refuses each response.</summary>
/// <param name="tunnelPort">Where this sidecar takes tunnels; null: nowhere.</param>
/// <param name="heldVersions">What is held when the stream begins: by type, name to version.</param>
/// <param name="apply">Takes a response in whole, or says why not.</param>
internal sealed class DiscoveryStream(
    string nodeId,
    int? tunnelPort,
    IReadOnlyList<(string TypeUrl, Dictionary<string, string> Versions)> heldVersions,
    OnDemandNames destinations,
    OnDemandNames addresses,
    Func<DeltaDiscoveryResponse, string?> apply)
{
    private const string All = "*";
    private const int MaxProblemLength = 1024;

    // Bounded by what is asked for, which OnDemandNames bounds, and by what the other end sends.
    private readonly Channel<DeltaDiscoveryRequest> outgoing =
        Channel.CreateUnbounded<DeltaDiscoveryRequest>(new UnboundedChannelOptions { SingleReader = true });

    private volatile bool isLive;

    /// <summary>The control plane has answered something on this stream.</summary>
    public bool IsLive => isLive;

    /// <summary>Until the stream ends.</summary>
    /// <exception cref="RpcException"/>
    public async Task RunAsync(ChannelBase channel, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(channel)
            .DeltaAggregatedResources(cancellationToken: end.Token);
        destinations.Added += SubscribeDestination;
        destinations.Removed += UnsubscribeDestination;
        addresses.Added += SubscribeAddress;
        addresses.Removed += UnsubscribeAddress;
        SendFirstRequests();
        var sending = SendAsync(call.RequestStream, end.Token);
        try
        {
            await foreach (var response in call.ResponseStream.ReadAllAsync(end.Token))
                Take(response);
        }
        finally
        {
            destinations.Added -= SubscribeDestination;
            destinations.Removed -= UnsubscribeDestination;
            addresses.Added -= SubscribeAddress;
            addresses.Removed -= UnsubscribeAddress;
            isLive = false;
            await end.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void SendFirstRequests()
    {
        var node = new Node
        {
            Id = nodeId,
            UserAgentName = "hauberk-sidecar",
            UserAgentVersion = ProgramVersion.Text,
            Metadata = NodeMetadata.Of(tunnelPort),
        };
        foreach (var (typeUrl, versions) in heldVersions)
        {
            var request = new DeltaDiscoveryRequest { Node = node, TypeUrl = typeUrl };
            request.ResourceNamesSubscribe.AddRange(FirstNames(typeUrl));
            // A first request that names nothing would mean everything.
            if (request.ResourceNamesSubscribe.Count == 0)
                continue;
            request.InitialResourceVersions.Add(versions);
            Send(request);
            node = null;
        }
    }

    private IEnumerable<string> FirstNames(string typeUrl) =>
        typeUrl == ResourceTypeUrl.WorkloadConfiguration ? [nodeId]
        : typeUrl == ResourceTypeUrl.MeshSettings ? [HeldConfiguration.MeshSettingsName]
        : typeUrl == ResourceTypeUrl.Destination ? destinations.Names
        // A question about one key is always answered, be it by "there is none": so a stream with nothing new is known to be alive.
        : typeUrl == ResourceTypeUrl.AddressIndexEntry ? [All, nodeId, .. addresses.Names]
        : [All];

    private void Take(DeltaDiscoveryResponse response)
    {
        isLive = true;
        var problem = apply(response);
        var reply = new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce };
        if (problem is not null)
            reply.ErrorDetail = new Api.Distribution.Status
            {
                Code = (int)StatusCode.InvalidArgument,
                Message = problem.Length <= MaxProblemLength ? problem : problem[..MaxProblemLength],
            };
        Send(reply);
        TellThoseWhoWait(response, isReadable: problem is null);
    }

    private void TellThoseWhoWait(DeltaDiscoveryResponse response, bool isReadable)
    {
        var names = response.TypeUrl == ResourceTypeUrl.Destination ? destinations
            : response.TypeUrl == ResourceTypeUrl.AddressIndexEntry ? addresses
            : null;
        if (isReadable)
            names?.Answer(response.Resources.Select(static r => r.Name), response.RemovedResources);
        else
            names?.AnswerUnreadable(response.Resources.Select(static r => r.Name));
    }

    private void SubscribeDestination(string name) => Change(ResourceTypeUrl.Destination, subscribe: name);

    private void UnsubscribeDestination(string name) => Change(ResourceTypeUrl.Destination, unsubscribe: name);

    private void SubscribeAddress(string name) => Change(ResourceTypeUrl.AddressIndexEntry, subscribe: name);

    private void UnsubscribeAddress(string name) => Change(ResourceTypeUrl.AddressIndexEntry, unsubscribe: name);

    private void Change(string typeUrl, string? subscribe = null, string? unsubscribe = null)
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = typeUrl };
        if (subscribe is not null)
            request.ResourceNamesSubscribe.Add(subscribe);
        if (unsubscribe is not null)
            request.ResourceNamesUnsubscribe.Add(unsubscribe);
        Send(request);
    }

    private void Send(DeltaDiscoveryRequest request) => outgoing.Writer.TryWrite(request);

    private async Task SendAsync(IClientStreamWriter<DeltaDiscoveryRequest> stream, CancellationToken cancellationToken)
    {
        await foreach (var request in outgoing.Reader.ReadAllAsync(cancellationToken))
            await stream.WriteAsync(request, cancellationToken);
    }
}
