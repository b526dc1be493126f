using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Hauberk.Api.Distribution;

namespace Hauberk.ControlPlane.Tests.Distribution;

/// <summary>The client end of a delta-xDS stream: holds what it was sent, as a sidecar would.</summary>
public sealed class AdsClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call;
    private readonly string node;
    private bool isFirst = true;

    private readonly int? tunnelPort;

    public AdsClient(GrpcChannel channel, string node, int? tunnelPort = null)
    {
        this.tunnelPort = tunnelPort;
        call = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(channel).DeltaAggregatedResources();
        this.node = node;
    }

    /// <summary>Name to version, by type.</summary>
    public Dictionary<string, Dictionary<string, string>> Held { get; } = [];

    public Task SubscribeAsync(string type, params string[] names) => SendAsync(new() { TypeUrl = type, ResourceNamesSubscribe = { names } });

    public Task ResumeAsync(string type, IReadOnlyDictionary<string, string> held, params string[] names)
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = type, ResourceNamesSubscribe = { names } };
        foreach (var (name, version) in held) request.InitialResourceVersions.Add(name, version);
        return SendAsync(request);
    }

    public Task UnsubscribeAsync(string type, params string[] names) => SendAsync(new() { TypeUrl = type, ResourceNamesUnsubscribe = { names } });

    public async Task SendAsync(DeltaDiscoveryRequest request)
    {
        if (isFirst) request.Node = new Node { Id = node, UserAgentName = "test", UserAgentVersion = "1.0", Metadata = NodeMetadata.Of(tunnelPort) };
        isFirst = false;
        try
        {
            await call.RequestStream.WriteAsync(request);
        }
        catch (RpcException)
        {
            // The server was quicker to end the stream; reading it says how it did.
        }
    }

    /// <summary>The next response, acknowledged unless the test wants to do that itself.</summary>
    public async Task<DeltaDiscoveryResponse> NextAsync(bool acknowledge = true)
    {
        using var patience = new CancellationTokenSource(Patience);
        Assert.True(await call.ResponseStream.MoveNext(patience.Token), "the stream ended");
        var response = call.ResponseStream.Current;
        if (!Held.TryGetValue(response.TypeUrl, out var held)) Held[response.TypeUrl] = held = [];
        foreach (var resource in response.Resources) held[resource.Name] = resource.Version;
        foreach (var name in response.RemovedResources) held.Remove(name);
        if (acknowledge) await SendAsync(new() { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce });
        return response;
    }

    /// <summary>Responses up to the first of this type that holds or removes the name.</summary>
    public async Task<DeltaDiscoveryResponse> NextAboutAsync(string type, string name)
    {
        while (true)
        {
            var response = await NextAsync();
            if (response.TypeUrl == type && (response.Resources.Any(r => r.Name == name) || response.RemovedResources.Contains(name))) return response;
        }
    }

    /// <summary>True where nothing comes before the answer to a question that is asked now.</summary>
    public async Task<bool> IsQuietAsync()
    {
        var name = $"shop/nothing-{Guid.NewGuid():N}";
        await SubscribeAsync(ResourceTypeUrl.Destination, name);
        return (await NextAsync()).RemovedResources.Contains(name);
    }

    /// <summary>Why the stream ends.</summary>
    public async Task<StatusCode> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (await call.ResponseStream.MoveNext(patience.Token)) { }
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    public static T Read<T>(DeltaDiscoveryResponse response, string name) where T : IMessage<T>, new() =>
        new MessageParser<T>(() => new T()).ParseFrom(response.Resources.Single(r => r.Name == name).Resource_.Value);

    public Task CompleteAsync() => call.RequestStream.CompleteAsync();

    public void Dispose() => call.Dispose();
}
