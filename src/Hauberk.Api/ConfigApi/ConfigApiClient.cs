using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Hauberk.Api.Enrolment;
using Hauberk.Api.Flows;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Api.ConfigApi;

/// <summary>
/// The config API as its operators' programs use it. Only the control plane that the kubeconfig pins is spoken to; every refusal, by the
/// server or on the way to it, is a value. Namespaces and names are those of Kubernetes; for cluster-scoped kinds the namespace is ignored.
/// </summary>
public sealed class ConfigApiClient : IDisposable
{
    private const int MaxApplyAttempts = 4;
    private readonly ApiLimits limits;
    private readonly ConfigApiTransport transport;

    public ConfigApiClient(Kubeconfig kubeconfig, TimeProvider clock, ApiLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(kubeconfig);
        this.limits = limits ?? ApiLimits.Default;
        transport = new ConfigApiTransport(kubeconfig, this.limits, clock);
    }

    public Uri Server => transport.Server;

    /// <param name="namespace">Null: every namespace.</param>
    public async Task<ApiAnswer<ResourceList>> ListAsync(ResourceKind kind, string? @namespace, CancellationToken cancellation = default) =>
        BadName(@namespace) is { } problem
            ? ApiAnswer<ResourceList>.Failed(problem, [])
            : (await GetAsync(ResourcePath.Of(kind, @namespace), cancellation).ConfigureAwait(false)).Then(list =>
                new ResourceList(
                    [.. ((JsonElement?)list).Items("items").Select(item => ListItem.Complete(kind, item))],
                    ((JsonElement?)list).Field("metadata").Text("resourceVersion")));

    public Task<ApiAnswer<JsonElement>> GetAsync(
        ResourceKind kind, string @namespace, string name, CancellationToken cancellation = default) =>
        BadName(@namespace, name) is { } problem ? Refused(problem) : GetAsync(ResourcePath.Of(kind, @namespace, name), cancellation);

    public Task<ApiAnswer<JsonElement>> CreateAsync(
        ResourceKind kind, string @namespace, ReadOnlyMemory<byte> json, CancellationToken cancellation = default) =>
        BadName(@namespace) is { } problem
            ? Refused(problem)
            : transport.SendAsync(HttpMethod.Post, ResourcePath.Of(kind, @namespace), json, cancellation);

    /// <summary>Replaces the whole object; a Conflict where metadata.resourceVersion is not the stored one.</summary>
    public Task<ApiAnswer<JsonElement>> UpdateAsync(
        ResourceKind kind, string @namespace, string name, ReadOnlyMemory<byte> json, CancellationToken cancellation = default) =>
        BadName(@namespace, name) is { } problem
            ? Refused(problem)
            : transport.SendAsync(HttpMethod.Put, ResourcePath.Of(kind, @namespace, name), json, cancellation);

    public Task<ApiAnswer<JsonElement>> DeleteAsync(
        ResourceKind kind, string @namespace, string name, CancellationToken cancellation = default) =>
        BadName(@namespace, name) is { } problem
            ? Refused(problem)
            : transport.SendAsync(HttpMethod.Delete, ResourcePath.Of(kind, @namespace, name), null, cancellation);

    /// <summary>Makes the stored object what the resource says: creates it, replaces it, or leaves it where nothing differs.</summary>
    public async Task<ApiAnswer<ApplyOutcome>> ApplyAsync(Resource resource, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var kind = ResourceKinds.Of(resource);
        for (var attempt = 1; ; attempt++)
        {
            var answer = await ApplyOnceAsync(kind, resource, cancellation).ConfigureAwait(false);
            // Somebody wrote between our read and our write: what we say still holds, on top of the newer object.
            if (answer.Problem?.Kind != ApiProblemKind.Conflict || attempt == MaxApplyAttempts) return answer;
        }
    }

    private async Task<ApiAnswer<ApplyOutcome>> ApplyOnceAsync(ResourceKind kind, Resource resource, CancellationToken cancellation)
    {
        var (@namespace, name) = (resource.Metadata.Namespace, resource.Metadata.Name);
        var stored = await GetAsync(kind, @namespace, name, cancellation).ConfigureAwait(false);
        if (stored.Problem?.Kind == ApiProblemKind.NotFound)
        {
            var created = await CreateAsync(kind, @namespace, DesiredObject.Create(resource), cancellation).ConfigureAwait(false);
            return created.Then(_ => ApplyOutcome.Created);
        }
        if (!stored.IsSuccess) return stored.Then(_ => ApplyOutcome.Unchanged);
        if (DesiredObject.IsStored(resource, stored.Value)) return stored.Then(_ => ApplyOutcome.Unchanged);
        var replacement = DesiredObject.Replace(resource, stored.Value);
        var updated = await UpdateAsync(kind, @namespace, name, replacement, cancellation).ConfigureAwait(false);
        return updated.Then(_ => ApplyOutcome.Configured);
    }

    /// <summary>All configuration of the mesh, kind after kind: what the engine decides upon.</summary>
    public async Task<ApiAnswer<ResourceSet>> ReadMeshAsync(CancellationToken cancellation = default)
    {
        var resources = new List<Resource>();
        foreach (var kind in ResourceKinds.All.Where(k => k.IsStored))
        {
            var list = await ListAsync(kind, null, cancellation).ConfigureAwait(false);
            if (!list.IsSuccess) return ApiAnswer<ResourceSet>.Failed(list.Problem, list.Warnings);
            foreach (var item in list.Value.Items)
            {
                var read = ResourceReader.Read(Encoding.UTF8.GetBytes(item.GetRawText()), kind.Plural);
                // A decision that leaves out what it could not read would be another decision.
                if (read.HasErrors) return ApiAnswer<ResourceSet>.Failed(Unreadable(kind, item, read), []);
                resources.AddRange(read.Resources);
            }
        }
        return ApiAnswer<ResourceSet>.Of(new ResourceSet(resources, resources.OfType<MeshConfigResource>().FirstOrDefault()), []);
    }

    private static ApiProblem Unreadable(ResourceKind kind, JsonElement item, ReadResult read)
    {
        var metadata = item.Field("metadata");
        var first = read.Problems.First(p => p.Severity == ProblemSeverity.Error);
        return new(ApiProblemKind.Malformed,
            $"{kind.Name} {metadata.Text("namespace")}/{metadata.Text("name")} cannot be read here: {first.FieldPath}: {first.Message}");
    }

    /// <summary>What happens after a version, until cancelled or the server ends it. The last answer may be a problem.</summary>
    public async IAsyncEnumerable<ApiAnswer<WatchEvent>> WatchAsync(
        ResourceKind kind, string? @namespace, string resourceVersion, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (BadName(@namespace) is { } problem)
        {
            yield return ApiAnswer<WatchEvent>.Failed(problem, []);
            yield break;
        }
        var from = Uri.EscapeDataString(resourceVersion);
        var path = $"{ResourcePath.Of(kind, @namespace)}?watch=1&allowWatchBookmarks=true&resourceVersion={from}";
        var opened = await transport.OpenAsync(path, cancellation).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            yield return ApiAnswer<WatchEvent>.Failed(opened.Problem, opened.Warnings);
            yield break;
        }
        await foreach (var answer in WatchStream.ReadAsync(opened.Value, limits, cancellation).ConfigureAwait(false)) yield return answer;
    }

    /// <summary>A join file with a fresh one-time token. The WorkloadEntry must exist and name that service account.</summary>
    public async Task<ApiAnswer<JoinFile>> CreateJoinTokenAsync(
        string @namespace, string serviceAccount, string workload, TimeSpan lifetime, CancellationToken cancellation = default)
    {
        if (BadName(@namespace) is { } problem) return ApiAnswer<JoinFile>.Failed(problem, []);
        var path = $"apis/hauberk.dev/v1/namespaces/{@namespace}/jointokens";
        var request = JoinTokenRequest.ToJson(serviceAccount, workload, lifetime);
        var answer = await transport.SendAsync(HttpMethod.Post, path, request, cancellation).ConfigureAwait(false);
        if (!answer.IsSuccess) return ApiAnswer<JoinFile>.Failed(answer.Problem, answer.Warnings);
        return JoinTokenRequest.TryReadJoinFile(answer.Value, out var file, out var fault)
            ? ApiAnswer<JoinFile>.Of(file, answer.Warnings)
            : ApiAnswer<JoinFile>.Failed(new(ApiProblemKind.Malformed, $"the join file is not usable: {fault}"), answer.Warnings);
    }

    public async Task<ApiAnswer<ImmutableArray<SidecarStatus>>> ListSidecarsAsync(CancellationToken cancellation = default) =>
        (await GetAsync("apis/hauberk.dev/v1/sidecars", cancellation).ConfigureAwait(false))
        .Then<ImmutableArray<SidecarStatus>>(list => [.. ((JsonElement?)list).Items("items").Select(SidecarJson.Read)]);

    /// <summary>Newest first.</summary>
    public async Task<ApiAnswer<ImmutableArray<Flow>>> ListFlowsAsync(FlowQuery query, CancellationToken cancellation = default) =>
        (await GetAsync($"apis/hauberk.dev/v1/flows{FlowJson.QueryString(query)}", cancellation).ConfigureAwait(false))
        .Then<ImmutableArray<Flow>>(list => [.. ((JsonElement?)list).Items("items").Select(FlowJson.Read)]);

    public async Task<ApiAnswer<ServerVersion>> GetVersionAsync(CancellationToken cancellation = default) =>
        (await GetAsync("version", cancellation).ConfigureAwait(false)).Then(version => new ServerVersion(version.Text("gitVersion").TrimStart('v')));

    private Task<ApiAnswer<JsonElement>> GetAsync(string path, CancellationToken cancellation) =>
        transport.SendAsync(HttpMethod.Get, path, null, cancellation);

    private static ApiProblem? BadName(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
            if (name is { Length: > 0 } && !ResourcePath.IsName(name))
                return new(ApiProblemKind.Invalid, $"{Identity.IdentityProblem.Show(name)} is not a name that Kubernetes allows");
        return null;
    }

    private static Task<ApiAnswer<JsonElement>> Refused(ApiProblem problem) => Task.FromResult(ApiAnswer<JsonElement>.Failed(problem, []));

    public void Dispose() => transport.Dispose();
}
