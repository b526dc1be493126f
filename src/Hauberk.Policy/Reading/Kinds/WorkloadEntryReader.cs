using System.Globalization;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Reading.Kinds;

internal static class WorkloadEntryReader
{
    public static WorkloadEntryResource Read(ResourceHeader header, MappingReader document) => new()
    {
        ApiVersion = header.ApiVersion,
        Kind = header.Kind,
        Metadata = header.Metadata,
        Document = header.Document,
        Endpoint = WorkloadEndpointReader.Read(document.MappingOrEmpty("spec")),
        TunnelPort = ReadTunnelPort(header.Document),
    };

    /// <summary>A status is the control plane's own: in what an operator writes it counts for nothing, so nothing in it is an error.</summary>
    private static int? ReadTunnelPort(MappingNode document) =>
        document.TryGet("status", out var status) && status is MappingNode fields
        && fields.TryGet("sidecar", out var sidecar) && sidecar is MappingNode told
        && told.TryGet("tunnelPort", out var port) && port is ScalarNode { Kind: ScalarKind.Integer } text
        && int.TryParse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535 ? number : null;
}
