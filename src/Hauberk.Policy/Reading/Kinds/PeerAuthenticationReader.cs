using System.Collections.Immutable;
using System.Globalization;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Reading.Kinds;

internal static class PeerAuthenticationReader
{
    private static readonly ImmutableSortedDictionary<string, MutualTlsMode> Modes = new Dictionary<string, MutualTlsMode>
    {
        ["UNSET"] = MutualTlsMode.Unset,
        ["DISABLE"] = MutualTlsMode.Disable,
        ["PERMISSIVE"] = MutualTlsMode.Permissive,
        ["STRICT"] = MutualTlsMode.Strict,
    }.ToImmutableSortedDictionary();

    public static PeerAuthenticationResource Read(ResourceHeader header, MappingReader document)
    {
        var spec = document.MappingOrEmpty("spec");
        var resource = new PeerAuthenticationResource
        {
            ApiVersion = header.ApiVersion,
            Kind = header.Kind,
            Metadata = header.Metadata,
            Document = header.Document,
            Selector = SelectorReader.Read(spec, "selector"),
            Mode = ReadMode(spec, "mtls"),
            PortLevelModes = ReadPorts(spec),
        };
        spec.Finish();
        return resource;
    }

    private static MutualTlsMode? ReadMode(MappingReader parent, string key)
    {
        if (parent.Mapping(key) is not { } reader) return null;
        var mode = reader.OneOf("mode", Modes) ?? MutualTlsMode.Unset;
        reader.Finish();
        return mode;
    }

    private static ImmutableSortedDictionary<int, MutualTlsMode>? ReadPorts(MappingReader spec)
    {
        if (spec.Mapping("portLevelMtls") is not { } ports) return null;
        var modes = ImmutableSortedDictionary.CreateBuilder<int, MutualTlsMode>();
        foreach (var (key, _) in ports.Node.Entries)
        {
            var mode = ReadMode(ports, key) ?? MutualTlsMode.Unset;
            if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port.ToString(CultureInfo.InvariantCulture) == key)
                modes[port] = mode;
            else
                ports.Error(ProblemCodes.WrongType, key, $"\"{ForeignText.Shown(key)}\" is not a port number.");
        }
        return modes.ToImmutable();
    }
}
