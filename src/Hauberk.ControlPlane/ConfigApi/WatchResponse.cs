using System.Buffers;
using System.Globalization;
using System.Text;
using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>A chunked stream of JSON events, one a line, from a revision on.</summary>
internal sealed class WatchResponse(
    ResourceRoute route, IResourceStore store, ResourceSelector selector, long? fromRevision, bool wantsBookmarks, TimeSpan duration, WatchLimits limits) : IResult
{
    public static IResult For(HttpContext context, ResourceRoute route, IResourceStore store, ResourceSelector selector, WatchLimits limits)
    {
        var query = context.Request.Query;
        var from = query["resourceVersion"].ToString();
        long revision = 0;
        if (from.Length > 0 && !long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out revision))
            return ApiFailure.BadRequest("resourceVersion is not one that this server gave");
        var duration = int.TryParse(query["timeoutSeconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, limits.MaxDuration.TotalSeconds))
            : limits.MaxDuration;
        // Known to be too old before the first byte is sent: a proper 410. Later it can only be an event.
        if (revision > 0 && !store.Watch(revision).TryTake(out _)) return ApiFailure.Gone(revision);
        return new WatchResponse(
            route, store, selector, revision > 0 ? revision : null, query["allowWatchBookmarks"].ToString() is "1" or "true", duration, limits);
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var clock = httpContext.RequestServices.GetRequiredService<TimeProvider>();
        using var timeout = new CancellationTokenSource(duration, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            timeout.Token, httpContext.RequestAborted, httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        httpContext.Response.ContentType = ApiJson.ContentType;
        try
        {
            await StreamAsync(httpContext.Response.BodyWriter, clock, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The watch's time is over, its client is gone, or the program stops: the stream ends, the client resumes.
        }
    }

    private async Task StreamAsync(System.IO.Pipelines.PipeWriter output, TimeProvider clock, CancellationToken ending)
    {
        var watch = store.Watch(fromRevision ?? WriteAll(output));
        // The client sees at once that it is watching, though nothing may happen for long.
        await output.FlushAsync(ending);
        while (true)
        {
            if (!watch.TryTake(out var events))
            {
                WriteGone(output, watch.Revision);
                await output.FlushAsync(ending);
                return;
            }
            foreach (var change in events) Write(output, change);
            if (output.UnflushedBytes > 0) await output.FlushAsync(ending);
            if (events.Count == 0 && !await WaitAsync(watch, clock, ending) && wantsBookmarks)
            {
                WriteBookmark(output, watch.Revision);
                await output.FlushAsync(ending);
            }
        }
    }

    /// <summary>False where the time for a bookmark came first.</summary>
    private async Task<bool> WaitAsync(StoreWatch watch, TimeProvider clock, CancellationToken ending)
    {
        try
        {
            await watch.WaitAsync(ending).WaitAsync(limits.BookmarkInterval, clock, ending);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private long WriteAll(IBufferWriter<byte> output)
    {
        var snapshot = store.Current;
        foreach (var resource in snapshot.List(route.GroupResource).Where(selector.Matches))
            Write(output, "ADDED", resource.Json.Span, resource.Revision);
        return snapshot.Revision;
    }

    private void Write(IBufferWriter<byte> output, StoreEvent change)
    {
        if (change.Key.GroupResource != route.GroupResource) return;
        // For a watcher with a selector, what it cannot see is not there.
        switch (selector.Matches(change.Before), selector.Matches(change.After))
        {
            case (false, true): Write(output, "ADDED", change.After!.Json.Span, change.Revision); break;
            case (true, true): Write(output, "MODIFIED", change.After!.Json.Span, change.Revision); break;
            case (true, false): Write(output, "DELETED", (change.After ?? change.Before)!.Json.Span, change.Revision); break;
            case (false, false): break;
        }
    }

    private void Write(IBufferWriter<byte> output, string type, ReadOnlySpan<byte> json, long revision)
    {
        output.Write(Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":"));
        StoredDocument.WriteTo(output, json, revision, route.Kind, route.Version);
        output.Write("}\n"u8);
    }

    private void WriteBookmark(IBufferWriter<byte> output, long revision) => output.Write(Encoding.UTF8.GetBytes(
        $"{{\"type\":\"BOOKMARK\",\"object\":{{\"apiVersion\":\"{route.ApiVersion}\",\"kind\":\"{route.Kind.Name}\",\"metadata\":{{\"resourceVersion\":\"{revision}\"}}}}}}\n"));

    private static void WriteGone(IBufferWriter<byte> output, long revision)
    {
        using (var json = new System.Text.Json.Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("type", "ERROR");
            json.WriteStartObject("object");
            ApiFailure.Gone(revision).WriteFields(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }
}
