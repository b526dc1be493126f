using System.Text.Json;

namespace Shop;

/// <summary>Orders again and again and counts, as its own eyes see it, what failed.</summary>
internal static class Shopper
{
    public static async Task<int> RunAsync(IConfiguration options)
    {
        var url = new Uri(options["web"] ?? throw new ArgumentException("--web is missing"));
        var requests = int.Parse(options["requests"] ?? "1000");
        var newConnections = int.Parse(options["new-connections"] ?? "0");
        var workers = int.Parse(options["workers"] ?? "4");
        var forever = options["forever"] == "true";
        var paceMs = int.Parse(options["pace-ms"] ?? "0");

        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
        int sent = 0, failed = 0, fresh = 0;
        var firstError = "";
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync()));
        Console.WriteLine(JsonSerializer.Serialize(new { requests = sent, failed, newConnections = fresh, firstError }));
        return failed == 0 ? 0 : 1;

        async Task WorkAsync()
        {
            while (true)
            {
                var number = Interlocked.Increment(ref sent);
                if (!forever && number > requests)
                {
                    Interlocked.Decrement(ref sent);
                    return;
                }
                var wantsFresh = newConnections > 0 && number % Math.Max(1, requests / newConnections) == 0;
                if (wantsFresh) Interlocked.Increment(ref fresh);
                var error = await OrderAsync(wantsFresh);
                if (error is not null && Interlocked.Increment(ref failed) == 1) firstError = error;
                if (forever && error is not null) Console.WriteLine($"failed: {error}");
                if (paceMs > 0) await Task.Delay(paceMs);
            }
        }

        async Task<string?> OrderAsync(bool closeAfter)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                request.Headers.ConnectionClose = closeAfter;
                using var response = await client.SendAsync(request);
                await response.Content.ReadAsStringAsync();
                return response.IsSuccessStatusCode ? null : $"status {(int)response.StatusCode}";
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                return e.GetBaseException().Message;
            }
        }
    }
}
