using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>What a DeleteOptions body asks to hold.</summary>
internal sealed record DeletePreconditions(string? Uid, long? Revision)
{
    public static bool TryRead(
        ReadOnlyMemory<byte> body, [NotNullWhen(true)] out DeletePreconditions? preconditions, [NotNullWhen(false)] out ApiFailure? failure)
    {
        preconditions = null;
        failure = null;
        try
        {
            preconditions = body.IsEmpty ? new(null, null) : Read(body);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            failure = ApiFailure.BadRequest("the body is not a DeleteOptions object");
        }
        return preconditions is not null;
    }

    private static DeletePreconditions Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        if (!document.RootElement.TryGetProperty("preconditions", out var given) || given.ValueKind == JsonValueKind.Null) return new(null, null);
        var revision = given.TryGetProperty("resourceVersion", out var version) && version.GetString() is { } text
            ? long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
            : (long?)null;
        return new(given.TryGetProperty("uid", out var uid) ? uid.GetString() : null, revision);
    }
}
