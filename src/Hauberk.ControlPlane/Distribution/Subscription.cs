using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Hauberk.Api.Distribution;
using Hauberk.ControlPlane.Registry;
using Status = Grpc.Core.Status;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>
/// One resource type on one stream: what the sidecar wants, what it was sent, what it has taken. At most one response is on its way at a time;
/// what changes meanwhile is found by comparing when the next is due, so a slow sidecar costs no memory.
/// </summary>
internal abstract class Subscription(string typeUrl)
{
    protected const string Wildcard = "*";
    private const int MaxResourcesInResponse = 2048;
    private const int MaxResponseBytes = 1024 * 1024;
    private const int MaxNameLength = 1024;
    private string? nonce;

    public string TypeUrl => typeUrl;

    public string ShortName { get; } = ResourceTypeUrl.ShortName(typeUrl);

    public bool IsAwaitingAnswer => nonce is not null;

    /// <summary>Takes an acknowledgement or a refusal in; false where it is for a response of another time.</summary>
    public bool TryAnswer(string answered)
    {
        if (answered.Length == 0 || answered != nonce) return false;
        nonce = null;
        return true;
    }

    /// <summary>What the request asks for from now on.</summary>
    public void Change(DeltaDiscoveryRequest request, SidecarView view, bool isFirst)
    {
        foreach (var name in request.ResourceNamesSubscribe.Concat(request.ResourceNamesUnsubscribe))
            if (name.Length is 0 or > MaxNameLength) throw Refuse("a resource name is empty or too long");
        // xDS: a first request without names asks for everything.
        var namesNothing = request.ResourceNamesSubscribe.Count + request.ResourceNamesUnsubscribe.Count == 0;
        var subscribe = isFirst && namesNothing ? [Wildcard] : (IReadOnlyCollection<string>)request.ResourceNamesSubscribe;
        Subscribe(subscribe, isFirst ? request.InitialResourceVersions : new Dictionary<string, string>(), view);
        Unsubscribe(request.ResourceNamesUnsubscribe);
    }

    /// <summary>The next response, if one is due: what differs between what the sidecar holds and what is true now.</summary>
    public DeltaDiscoveryResponse? TryNext(SidecarView view, Func<string> nextNonce)
    {
        if (IsAwaitingAnswer) return null;
        var response = new DeltaDiscoveryResponse { TypeUrl = typeUrl, SystemVersionInfo = view.Mesh.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        var bytes = 0;
        while (response.Resources.Count + response.RemovedResources.Count < MaxResourcesInResponse && bytes < MaxResponseBytes && TryTakeChange(view, out var name, out var current))
        {
            bytes += name.Length + (current?.Bytes.Length ?? 0);
            if (current is null) response.RemovedResources.Add(name);
            else response.Resources.Add(new Resource { Name = name, Version = current.Version, Resource_ = new Any { TypeUrl = typeUrl, Value = current.Bytes } });
        }
        if (response.Resources.Count + response.RemovedResources.Count == 0) return null;
        nonce = response.Nonce = nextNonce();
        return response;
    }

    /// <param name="held">What the sidecar says that it holds already: name to version.</param>
    protected abstract void Subscribe(IReadOnlyCollection<string> names, IReadOnlyDictionary<string, string> held, SidecarView view);

    protected abstract void Unsubscribe(IReadOnlyCollection<string> names);

    /// <summary>Looks for changes between what was last sent and this view. Called when the view is new; cheap where nothing can have changed.</summary>
    public abstract void Compare(SidecarView view);

    /// <summary>One thing to tell; counts as told from then on. A null resource does not exist (any more).</summary>
    protected abstract bool TryTakeChange(SidecarView view, out string name, out VersionedResource? current);

    protected static RpcException Refuse(string message) => new(new Status(StatusCode.ResourceExhausted, message));
}
