using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Hauberk.Api.ConfigApi;

/// <summary>The body of a watch: one JSON event per line.</summary>
internal static class WatchStream
{
    public static async IAsyncEnumerable<ApiAnswer<WatchEvent>> ReadAsync(
        Stream body, ApiLimits limits, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var reader = PipeReader.Create(body);
        try
        {
            while (true)
            {
                var (line, problem) = await ReadLineAsync(reader, limits.MaxEventBytes, cancellation).ConfigureAwait(false);
                if (line is null && problem is null) yield break;
                var answer = problem is null ? Event(line!, limits.MaxJsonDepth) : ApiAnswer<WatchEvent>.Failed(problem, []);
                yield return answer;
                if (!answer.IsSuccess) yield break;
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Neither a line nor a problem: the server ended the watch.</summary>
    private static async Task<(byte[]? Line, ApiProblem? Problem)> ReadLineAsync(
        PipeReader reader, int maxBytes, CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult read;
            try
            {
                read = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                return (null, new(ApiProblemKind.Unreachable, "the watch broke off"));
            }
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = read.Buffer.Slice(0, end).ToArray();
                reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                if (line.Length > maxBytes) break;
                return (line, null);
            }
            if (read.Buffer.Length > maxBytes) break;
            if (read.IsCompleted) return (null, null);
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
        return (null, new(ApiProblemKind.TooLarge, $"an event of the watch is larger than {maxBytes} bytes"));
    }

    private static ApiAnswer<WatchEvent> Event(byte[] line, int maxDepth)
    {
        if (ApiJson.TryParse(line, maxDepth) is not { } json || json.Field("object") is not { } held)
            return Malformed("an event of the watch is not JSON of the expected shape");
        return json.Text("type") switch
        {
            "ADDED" => Of(WatchEventType.Added, held),
            "MODIFIED" => Of(WatchEventType.Modified, held),
            "DELETED" => Of(WatchEventType.Deleted, held),
            "BOOKMARK" => Of(WatchEventType.Bookmark, held),
            "ERROR" => ApiAnswer<WatchEvent>.Failed(ApiStatus.ProblemOf((int)((JsonElement?)held).Number("code"), held), []),
            var other => Malformed($"the watch has an event of the unknown type {Identity.IdentityProblem.Show(other)}"),
        };
    }

    private static ApiAnswer<WatchEvent> Malformed(string message) =>
        ApiAnswer<WatchEvent>.Failed(new(ApiProblemKind.Malformed, message), []);

    private static ApiAnswer<WatchEvent> Of(WatchEventType type, JsonElement held) => ApiAnswer<WatchEvent>.Of(new(type, held), []);
}
