using System.Net;

namespace Shop;

/// <summary>One service of the shop: does its own part, then calls the services behind it.</summary>
internal static class ShopService
{
    public static async Task RunAsync(string name, IConfiguration options, string path, string[] upstreams)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, int.Parse(options["listen"] ?? "8080")));
        await using var app = builder.Build();

        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
        var urls = upstreams.Select(u => options[u] ?? throw new ArgumentException($"--{u} is missing")).ToArray();
        app.MapGet("/healthz", () => "ok");
        app.MapGet(path, async (HttpContext context) =>
        {
            // A caller that wants a new connection for itself wants it all the way: it asks with Connection: close.
            var fresh = context.Request.Headers.Connection.ToString().Contains("close", StringComparison.OrdinalIgnoreCase);
            foreach (var url in urls)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                request.Headers.ConnectionClose = fresh;
                using var response = await client.SendAsync(request, context.RequestAborted);
                if (!response.IsSuccessStatusCode) return Results.Text($"{name}: {url} answered {(int)response.StatusCode}\n", statusCode: 502);
            }
            // The number stands for what must not be readable on the wire.
            return Results.Text($"{name}: done, card 4111-1111-1111-1111\n");
        });
        await app.RunAsync();
    }
}
