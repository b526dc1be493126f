using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Hauberk.Net.Detection;

/// <summary>Reads the body of a ClientHello message (RFC 8446, section 4.1.2; extensions by their RFCs).</summary>
internal static class ClientHelloParser
{
    private const int ServerNameExtension = 0, AlpnExtension = 16, SupportedVersionsExtension = 43;
    private const int HostName = 0;

    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out ClientHello? hello)
    {
        hello = null;
        var reader = new WireReader(body);
        int legacyVersion = reader.TakeUInt16();
        reader.Take(32); // random
        bool sizesHold = reader.TakeVector8().Length <= 32; // session id
        int suiteBytes = reader.TakeVector16().Length;
        sizesHold &= suiteBytes >= 2 && suiteBytes % 2 == 0;
        sizesHold &= reader.TakeVector8().Length >= 1; // compression methods
        if (reader.Failed || !sizesHold) return false;
        var found = new ClientHello { SupportedVersions = [legacyVersion] };
        // Hellos from before TLS 1.2 may have no extensions at all.
        if (reader.IsEmpty)
        {
            hello = found;
            return true;
        }
        var extensions = new WireReader(reader.TakeVector16());
        if (reader.Failed || !reader.IsEmpty) return false;
        return TryParseExtensions(extensions, found, out hello);
    }

    private static bool TryParseExtensions(WireReader extensions, ClientHello found, [NotNullWhen(true)] out ClientHello? hello)
    {
        hello = null;
        var seen = new HashSet<int>();
        while (!extensions.IsEmpty)
        {
            int type = extensions.TakeUInt16();
            var content = new WireReader(extensions.TakeVector16());
            if (extensions.Failed || !seen.Add(type)) return false;
            ClientHello? next = type switch
            {
                ServerNameExtension => WithServerName(content, found),
                AlpnExtension => WithAlpn(content, found),
                SupportedVersionsExtension => WithVersions(content, found),
                _ => found,
            };
            if (next is null) return false;
            found = next;
        }
        hello = found;
        return true;
    }

    // RFC 6066, section 3: at most one name of each type, and only host names are defined.
    private static ClientHello? WithServerName(WireReader content, ClientHello found)
    {
        var names = new WireReader(content.TakeVector16());
        if (content.Failed || !content.IsEmpty || names.IsEmpty) return null;
        int type = names.TakeUInt8();
        ReadOnlySpan<byte> name = names.TakeVector16();
        if (names.Failed || !names.IsEmpty || type != HostName || name.IsEmpty || !Ascii.IsValid(name)) return null;
        return found with { ServerName = Encoding.ASCII.GetString(name) };
    }

    // RFC 7301, section 3.1.
    private static ClientHello? WithAlpn(WireReader content, ClientHello found)
    {
        var list = new WireReader(content.TakeVector16());
        if (content.Failed || !content.IsEmpty || list.IsEmpty) return null;
        var protocols = new List<string>();
        while (!list.IsEmpty)
        {
            ReadOnlySpan<byte> name = list.TakeVector8();
            if (list.Failed || name.IsEmpty) return null;
            protocols.Add(Encoding.Latin1.GetString(name));
        }
        return found with { AlpnProtocols = protocols };
    }

    // RFC 8446, section 4.2.1.
    private static ClientHello? WithVersions(WireReader content, ClientHello found)
    {
        var list = new WireReader(content.TakeVector8());
        if (content.Failed || !content.IsEmpty || list.IsEmpty) return null;
        var versions = new List<int>();
        while (!list.IsEmpty) versions.Add(list.TakeUInt16());
        return list.Failed ? null : found with { SupportedVersions = versions };
    }
}
