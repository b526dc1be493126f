using System.Globalization;
using System.Threading.Channels;
using Grpc.Core;
using Hauberk.Api.Distribution;
using Hauberk.ControlPlane.Observability;
using Hauberk.ControlPlane.Registry;
using Status = Grpc.Core.Status;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>
/// One sidecar's stream. A single loop owns its state: it takes requests and new snapshots as they come, and sends what follows from them.
/// </summary>
internal sealed class DiscoveryStream(
    NodeAdmission admission, SidecarConnection connection, MeshRegistry registry, ResourceSource source,
    IServerStreamWriter<DeltaDiscoveryResponse> responses, TimeProvider clock, ControlPlaneMetrics metrics)
{
    // Full: no more is read from the connection, and its flow control holds the sidecar back.
    private const int MaxWaitingRequests = 16;
    private readonly Channel<DeltaDiscoveryRequest> waiting = Channel.CreateBounded<DeltaDiscoveryRequest>(MaxWaitingRequests);
    private readonly Dictionary<string, Subscription> subscriptions = new(StringComparer.Ordinal);
    private long lastNonce;
    private long measuredRevision;

    public async Task RunAsync(DeltaDiscoveryRequest first, IAsyncStreamReader<DeltaDiscoveryRequest> requests, CancellationToken ending)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var reading = ReadAsync(requests, ended.Token);
        try
        {
            await SendAsync(first, ended.Token);
        }
        finally
        {
            await ended.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        // A fault of the request stream ends the response stream too.
        await reading;
    }

    private async Task ReadAsync(IAsyncStreamReader<DeltaDiscoveryRequest> requests, CancellationToken ending)
    {
        try
        {
            while (await requests.MoveNext(ending)) await waiting.Writer.WriteAsync(requests.Current, ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The sending side ended the stream.
        }
        finally
        {
            waiting.Writer.TryComplete();
        }
    }

    private async Task SendAsync(DeltaDiscoveryRequest first, CancellationToken ending)
    {
        var view = ViewOf(registry.Current, null);
        Take(first, view);
        while (true)
        {
            while (waiting.Reader.TryRead(out var request)) Take(request, view);
            await SendDueAsync(view, ending);
            if (!ReferenceEquals(registry.Current, view.Mesh))
            {
                view = ViewOf(registry.Current, view);
                foreach (var subscription in subscriptions.Values) subscription.Compare(view);
                continue;
            }
            var more = waiting.Reader.WaitToReadAsync(ending).AsTask();
            await (await Task.WhenAny(more, registry.Changed(view.Mesh)).WaitAsync(ending));
            if (more is { IsCompletedSuccessfully: true, Result: false }) return;
        }
    }

    /// <summary>Checked at every snapshot: a sidecar whose WorkloadEntry is gone or another's is told nothing more.</summary>
    private SidecarView ViewOf(MeshSnapshot mesh, SidecarView? before)
    {
        var view = new SidecarView(mesh, admission.Check(mesh), source);
        return before is null ? view : view.CarryingOver(before);
    }

    private void Take(DeltaDiscoveryRequest request, SidecarView view)
    {
        var isFirst = !subscriptions.TryGetValue(request.TypeUrl, out var subscription);
        if (isFirst) subscriptions[request.TypeUrl] = subscription = Subscribe(request.TypeUrl, view);
        if (request.ResponseNonce.Length > 0 && subscription!.TryAnswer(request.ResponseNonce)) Record(request, subscription);
        subscription!.Change(request, view, isFirst);
    }

    private static Subscription Subscribe(string typeUrl, SidecarView view)
    {
        if (typeUrl == ResourceTypeUrl.AddressIndexEntry) return new AddressSubscription();
        if (typeUrl == ResourceTypeUrl.TrustBundle) return new NamedSubscription(typeUrl, static (v, name) => v.TrustBundle(name), static v => v.TrustDomains);
        if (typeUrl == ResourceTypeUrl.MeshSettings) return new NamedSubscription(typeUrl, static (v, name) => v.MeshSettings(name), static _ => [MeshConfigDefault.Name]);
        if (typeUrl == ResourceTypeUrl.WorkloadConfiguration) return new NamedSubscription(typeUrl, static (v, name) => v.WorkloadConfiguration(name), static v => [v.Node]);
        if (typeUrl == ResourceTypeUrl.Destination) return new NamedSubscription(typeUrl, static (v, name) => v.Destination(name), static _ => []);
        throw new RpcException(new Status(StatusCode.InvalidArgument, $"{Identity.IdentityProblem.Show(typeUrl)} is not a resource type of this mesh (asked by {view.Node})"));
    }

    private void Record(DeltaDiscoveryRequest answer, Subscription subscription)
    {
        if (answer.ErrorDetail is null)
        {
            connection.Took(subscription.ShortName);
            return;
        }
        // Sent again only when it is another: the same bytes would be refused the same way.
        metrics.ResponsesRejected.Increment();
        connection.Refused(subscription.ShortName, answer.ErrorDetail.Message);
    }

    private async Task SendDueAsync(SidecarView view, CancellationToken ending)
    {
        foreach (var subscription in subscriptions.Values)
        {
            if (subscription.TryNext(view, () => (++lastNonce).ToString(CultureInfo.InvariantCulture)) is { } response)
            {
                connection.Sent(subscription.ShortName);
                await responses.WriteAsync(response, ending);
                Measure(response, view);
            }
            else if (!subscription.IsAwaitingAnswer)
            {
                connection.UpToDate(subscription.ShortName);
            }
        }
    }

    private void Measure(DeltaDiscoveryResponse response, SidecarView view)
    {
        metrics.ResponsesSent.Increment();
        metrics.ResourcesSent.Add(response.Resources.Count + response.RemovedResources.Count);
        // The first view is not a push: how old it is says nothing.
        if (measuredRevision != 0 && measuredRevision != view.Mesh.Revision)
            metrics.PushSeconds.Observe(clock.GetElapsedTime(view.Mesh.ChangedAt).TotalSeconds);
        measuredRevision = view.Mesh.Revision;
    }
}
