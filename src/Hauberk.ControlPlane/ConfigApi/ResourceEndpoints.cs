using System.Buffers;
using System.Globalization;
using System.Text;
using Hauberk.ControlPlane.Store;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>The verbs of one kind in one version.</summary>
internal sealed class ResourceEndpoints(ResourceRoute route, IResourceStore store, ResourceWriter writer, WatchLimits watchLimits)
{
    private const string Json = "application/json";
    private const string MergePatchJson = "application/merge-patch+json";
    private const int MaxPatchAttempts = 8;
    private static readonly string[] BodyTypes = [Json, "application/yaml", "application/x-yaml", "text/yaml"];

    public void Map(IEndpointRouteBuilder app)
    {
        var collection = route.Kind.IsNamespaced ? $"{route.Root}/namespaces/{{ns}}/{route.Kind.Plural}" : $"{route.Root}/{route.Kind.Plural}";
        if (route.Kind.IsNamespaced) app.MapGet($"{route.Root}/{route.Kind.Plural}", (Delegate)ListOrWatch);
        app.MapGet(collection, (Delegate)ListOrWatch);
        app.MapPost(collection, (Delegate)CreateAsync);
        app.MapGet($"{collection}/{{name}}", (Delegate)Get);
        app.MapPut($"{collection}/{{name}}", (Delegate)UpdateAsync);
        app.MapPatch($"{collection}/{{name}}", (Delegate)PatchAsync);
        app.MapDelete($"{collection}/{{name}}", (Delegate)DeleteAsync);
    }

    private IResult ListOrWatch(HttpContext context)
    {
        var query = context.Request.Query;
        if (!ResourceSelector.TryParse(Namespace(context), query["labelSelector"], query["fieldSelector"], out var selector, out var failure)) return failure;
        if (query["watch"].ToString() is "1" or "true")
            return WatchResponse.For(context, route, store, selector, watchLimits);
        var snapshot = store.Current;
        return new BytesResult(List(snapshot, snapshot.List(route.GroupResource).Where(selector.Matches)));
    }

    private IResult Get(HttpContext context) => store.Current.Get(Key(context)) is { } found
        ? Shown(found, StatusCodes.Status200OK)
        : ApiFailure.NotFound(Key(context));

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        if (CheckBodyType(context.Request, BodyTypes) is { } wrongType) return wrongType;
        var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        if (!ResourceReading.TryRead(body, route, Namespace(context), null, out var resource, out var failure)) return failure;
        var written = await writer.CreateAsync(route, InNamespace(resource, Namespace(context)), IsDryRun(context), context.RequestAborted);
        return Answer(context, written, StatusCodes.Status201Created);
    }

    private async Task<IResult> UpdateAsync(HttpContext context)
    {
        if (CheckBodyType(context.Request, BodyTypes) is { } wrongType) return wrongType;
        var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        if (!ResourceReading.TryRead(body, route, Namespace(context), Name(context), out var resource, out var failure)) return failure;
        var written = await writer.UpdateAsync(route, InNamespace(resource, Namespace(context)), IsDryRun(context), context.RequestAborted);
        return Answer(context, written, StatusCodes.Status200OK);
    }

    private async Task<IResult> PatchAsync(HttpContext context)
    {
        if (CheckBodyType(context.Request, MergePatchJson) is { } wrongType) return wrongType;
        var patch = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        for (var attempt = 1; ; attempt++)
        {
            if (store.Current.Get(Key(context)) is not { } existing) return ApiFailure.NotFound(Key(context));
            // Patched as shown, resourceVersion included: a patch that names another one is a conflict, and so is a write in between.
            var merged = MergePatch.Apply(StoredDocument.Show(existing, route.Kind, route.Version), patch);
            if (merged is null) return ApiFailure.BadRequest("the patch is not a JSON object");
            if (!ResourceReading.TryRead(merged, route, Namespace(context), Name(context), out var resource, out var failure)) return failure;
            var written = await writer.UpdateAsync(route, InNamespace(resource, Namespace(context)), IsDryRun(context), context.RequestAborted);
            var wasOvertaken = written.Failure is { Reason: "Conflict" } && resource.Metadata.ResourceVersion == Version(existing);
            if (!wasOvertaken || attempt == MaxPatchAttempts) return Answer(context, written, StatusCodes.Status200OK);
        }
    }

    private async Task<IResult> DeleteAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        if (!DeletePreconditions.TryRead(body, out var preconditions, out var failure)) return failure;
        var key = Key(context);
        if (preconditions.Uid is { } uid && store.Current.Get(key) is { } existing && ResourceWriter.ReadStored(existing).Metadata.Uid != uid)
            return ApiFailure.Conflict(key, "its uid is not the one that was named");
        return Answer(context, await writer.DeleteAsync(key, preconditions.Revision, context.RequestAborted), StatusCodes.Status200OK);
    }

    // From the path alone: bound as a parameter, a cluster-scoped kind would take a namespace from the query.
    private static string? Namespace(HttpContext context) => context.Request.RouteValues["ns"] as string;

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    private ResourceKey Key(HttpContext context) => route.Key(Namespace(context), Name(context));

    private IResult Answer(HttpContext context, WrittenResource written, int statusCode)
    {
        if (written.Resource is not { } resource) return written.Failure!;
        WarningHeader.Add(context.Response, written.Warnings);
        return Shown(resource, statusCode);
    }

    private BytesResult Shown(StoredResource resource, int statusCode) =>
        new(StoredDocument.Show(resource, route.Kind, route.Version), statusCode);

    private ReadOnlyMemory<byte> List(StoreSnapshot snapshot, IEnumerable<StoredResource> resources)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write(Encoding.UTF8.GetBytes(
            $"{{\"apiVersion\":\"{route.ApiVersion}\",\"kind\":\"{route.Kind.Name}List\",\"metadata\":{{\"resourceVersion\":\"{snapshot.Revision}\"}},\"items\":["));
        var isFirst = true;
        foreach (var resource in resources)
        {
            if (!isFirst) output.Write(","u8);
            StoredDocument.WriteTo(output, resource, route.Kind, route.Version);
            isFirst = false;
        }
        output.Write("]}\n"u8);
        return output.WrittenMemory;
    }

    private static Resource InNamespace(Resource resource, string? ns) =>
        ns is null ? resource : resource with { Metadata = resource.Metadata with { Namespace = ns } };

    private static ApiFailure? CheckBodyType(HttpRequest request, params string[] wanted) =>
        RequestBody.MediaType(request) is { } given && wanted.Contains(given)
            ? null
            : ApiFailure.UnsupportedMediaType(RequestBody.MediaType(request), string.Join(" or ", wanted));

    private static bool IsDryRun(HttpContext context) => context.Request.Query["dryRun"] == "All";

    private static string Version(StoredResource resource) => resource.Revision.ToString(CultureInfo.InvariantCulture);
}
