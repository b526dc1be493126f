using System.Globalization;
using Hauberk.Net.Tunnel.Hpack;

namespace Hauberk.Net.Tunnel;

/// <summary>Reads what the two header lists of a tunnel may say (RFC 9113, section 8.5).</summary>
internal static class ConnectHeaders
{
    /// <summary>What SNI would say of a connection of its own. Peers that do not know it ignore it, as any header.</summary>
    public const string ServerName = "hauberk-server-name";

    /// <summary>Of a server name (RFC 1035, section 2.3.4).</summary>
    public const int MaxServerNameLength = 255;

    public const int MaxAuthorityLength = 256;

    /// <summary>
    /// The authority of a plain CONNECT; an empty one for a request that is well formed and something else. Null: malformed.
    /// </summary>
    public static string? ReadRequest(List<HeaderField> fields)
    {
        if (!AreWellFormed(fields) || Only(fields, ":method") is not { } method) return null;
        if (method != "CONNECT") return "";
        // Rules may look at it: one that is there twice, or longer than any name, is not the same as none.
        if (fields.Any(field => field.Name == ServerName) && ReadServerName(fields) is not { Length: > 0 and <= MaxServerNameLength }) return null;
        // With a path or a protocol it is not the plain CONNECT that a tunnel takes.
        bool plain = fields.Count(field => field.Name.StartsWith(':')) == 2;
        return plain && Only(fields, ":authority") is { Length: > 0 and <= MaxAuthorityLength } authority ? authority : null;
    }

    /// <summary>Of a request that was read; null without.</summary>
    public static string? ReadServerName(List<HeaderField> fields) => Only(fields, ServerName);

    /// <summary>Null: malformed.</summary>
    public static int? ReadStatus(List<HeaderField> fields) =>
        AreWellFormed(fields) && Only(fields, ":status") is { Length: 3 } text
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status) && status >= 100 ? status : null;

    private static bool AreWellFormed(List<HeaderField> fields)
    {
        bool regular = false;
        foreach (HeaderField field in fields)
        {
            bool pseudo = field.Name.StartsWith(':');
            if (field.Name.Length == 0 || (pseudo && regular) || field.Name.AsSpan().ContainsAnyInRange('A', 'Z')) return false;
            if (field.Name.AsSpan().ContainsAny('\r', '\n', '\0') || field.Value.AsSpan().ContainsAny('\r', '\n', '\0')) return false;
            regular |= !pseudo;
        }
        return true;
    }

    private static string? Only(List<HeaderField> fields, string name)
    {
        string? found = null;
        foreach (HeaderField field in fields)
        {
            if (field.Name != name) continue;
            if (found is not null) return null;
            found = field.Value;
        }
        return found;
    }
}
