using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Hauberk.Api.Distribution;

namespace Hauberk.Sidecar.Tests.ControlPlane;

/// <summary>Delta xDS in its plainest form: tells each stream what it asked for and does not hold, now and at every change.</summary>
internal sealed class TestDistribution
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Type, string Name), (string Version, ByteString Body)> resources = [];
    private readonly List<TestStream> streams = [];
    private readonly List<DeltaDiscoveryRequest> requests = [];
    private TaskCompletionSource cut = NotYet();

    /// <summary>Every request of every stream, in the order they came.</summary>
    public IReadOnlyList<DeltaDiscoveryRequest> Requests
    {
        get
        {
            lock (gate)
                return [.. requests];
        }
    }

    public int Streams { get; private set; }

    /// <summary>Answers to what is asked for are kept back.</summary>
    public bool IsSilent { get; set; }

    public IReadOnlyList<DeltaDiscoveryRequest> RequestsOf(string typeUrl)
    {
        lock (gate)
            return [.. requests.Where(r => r.TypeUrl == typeUrl)];
    }

    public void Set(string name, IMessage message) =>
        Set($"type.googleapis.com/{message.Descriptor.FullName}", name, message.ToByteString());

    public void Set(string typeUrl, string name, ByteString body) =>
        Change(() => resources[(typeUrl, name)] = (Convert.ToHexStringLower(SHA256.HashData(body.Span))[..16], body));

    public void Remove(string typeUrl, string name) => Change(() => resources.Remove((typeUrl, name)));

    public void CutAll()
    {
        lock (gate)
        {
            cut.SetResult();
            cut = NotYet();
        }
    }

    private void Change(Action change)
    {
        lock (gate)
        {
            change();
            streams.ForEach(static s => s.Wake());
        }
    }

    private async Task ServeAsync(
        IAsyncStreamReader<DeltaDiscoveryRequest> received, IServerStreamWriter<DeltaDiscoveryResponse> responses, CancellationToken call)
    {
        var stream = new TestStream();
        Task cutNow;
        lock (gate)
        {
            streams.Add(stream);
            Streams++;
            cutNow = cut.Task;
        }
        try
        {
            var serving = Task.WhenAll(ReadAsync(stream, received, call), SendAsync(stream, responses, call));
            if (await Task.WhenAny(serving, cutNow) == cutNow)
                throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "cut by the test"));
            await serving;
        }
        finally
        {
            lock (gate)
                streams.Remove(stream);
        }
    }

    private async Task SendAsync(TestStream stream, IServerStreamWriter<DeltaDiscoveryResponse> responses, CancellationToken end)
    {
        while (await stream.WaitAsync(end))
            foreach (var response in Due(stream))
                await responses.WriteAsync(response, end);
    }

    private static TaskCompletionSource NotYet() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAsync(TestStream stream, IAsyncStreamReader<DeltaDiscoveryRequest> received, CancellationToken end)
    {
        while (await received.MoveNext(end))
        {
            lock (gate)
            {
                requests.Add(received.Current);
                stream.Take(received.Current);
            }
            stream.Wake();
        }
        stream.End();
    }

    private List<DeltaDiscoveryResponse> Due(TestStream stream)
    {
        lock (gate)
            return IsSilent ? [] : [.. stream.Due(resources)];
    }

    internal sealed class Service(TestDistribution distribution) : AggregatedDiscoveryService.AggregatedDiscoveryServiceBase
    {
        public override Task DeltaAggregatedResources(
            IAsyncStreamReader<DeltaDiscoveryRequest> requestStream, IServerStreamWriter<DeltaDiscoveryResponse> responseStream, ServerCallContext context) =>
            distribution.ServeAsync(requestStream, responseStream, context.CancellationToken);
    }

    private sealed class TestStream
    {
        private readonly Channel<bool> wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        private readonly HashSet<(string Type, string Name)> wanted = [];
        private readonly HashSet<(string Type, string Name)> owed = [];
        private readonly Dictionary<(string Type, string Name), string> held = [];
        private int nonce;

        public void Wake() => wakes.Writer.TryWrite(true);

        public void End() => wakes.Writer.TryComplete();

        public async Task<bool> WaitAsync(CancellationToken end) =>
            await wakes.Reader.WaitToReadAsync(end) && wakes.Reader.TryRead(out _);

        public void Take(DeltaDiscoveryRequest request)
        {
            foreach (var (name, version) in request.InitialResourceVersions)
                held[(request.TypeUrl, name)] = version;
            foreach (var name in request.ResourceNamesSubscribe)
            {
                wanted.Add((request.TypeUrl, name));
                if (name != "*" && !held.ContainsKey((request.TypeUrl, name)))
                    owed.Add((request.TypeUrl, name));
            }
            foreach (var name in request.ResourceNamesUnsubscribe)
            {
                wanted.Remove((request.TypeUrl, name));
                if (!wanted.Contains((request.TypeUrl, "*")))
                    held.Remove((request.TypeUrl, name));
            }
        }

        public IEnumerable<DeltaDiscoveryResponse> Due(Dictionary<(string Type, string Name), (string Version, ByteString Body)> resources)
        {
            foreach (var type in wanted.Select(static w => w.Type).Distinct().ToList())
            {
                var response = new DeltaDiscoveryResponse { TypeUrl = type };
                foreach (var (key, value) in resources.Where(r => r.Key.Type == type && IsWanted(r.Key) && held.GetValueOrDefault(r.Key) != r.Value.Version))
                {
                    response.Resources.Add(new Resource { Name = key.Name, Version = value.Version, Resource_ = new Any { TypeUrl = type, Value = value.Body } });
                    held[key] = value.Version;
                }
                foreach (var key in held.Keys.Concat(owed).Where(k => k.Type == type && !resources.ContainsKey(k)).Distinct().ToList())
                {
                    response.RemovedResources.Add(key.Name);
                    held.Remove(key);
                }
                owed.RemoveWhere(o => o.Type == type);
                if (response.Resources.Count + response.RemovedResources.Count == 0)
                    continue;
                response.Nonce = (++nonce).ToString(CultureInfo.InvariantCulture);
                yield return response;
            }
        }

        private bool IsWanted((string Type, string Name) key) => wanted.Contains(key) || wanted.Contains((key.Type, "*"));
    }
}
