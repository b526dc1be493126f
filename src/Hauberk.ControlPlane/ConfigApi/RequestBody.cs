namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>The bytes of a request, within the bound that Kestrel enforces.</summary>
internal static class RequestBody
{
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        return body.ToArray();
    }

    public static string? MediaType(HttpRequest request) =>
        request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
}
