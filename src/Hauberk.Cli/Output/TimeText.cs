using System.Globalization;
using System.Text.Json;

namespace Hauberk.Cli.Output;

/// <summary>Times of the control plane: RFC 3339 in UTC.</summary>
internal static class TimeText
{
    public static string Of(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "at an unknown time";

    public static void Write(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is not null) json.WriteString(name, Of(time));
        else json.WriteNull(name);
    }
}
