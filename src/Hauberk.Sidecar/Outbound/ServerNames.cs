using System.Globalization;
using Hauberk.Sidecar.Configuration;

namespace Hauberk.Sidecar.Outbound;

/// <summary>The server name (SNI) that mesh mTLS asks for (specification 2.4).</summary>
internal static class ServerNames
{
    private const int MaxLength = 255;

    /// <param name="written">What a DestinationRule asks for; null: the name of the service and its port.</param>
    /// <returns>Null where the name cannot be sent.</returns>
    public static string? For(DestinationSnapshot destination, int port, string? written)
    {
        var name = string.IsNullOrEmpty(written)
            ? string.Create(CultureInfo.InvariantCulture, $"outbound_.{port}_._.{destination.Host}")
            : written;
        return name.Length <= MaxLength ? name : null;
    }
}
