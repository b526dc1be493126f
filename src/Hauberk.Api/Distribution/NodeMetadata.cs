using Google.Protobuf.WellKnownTypes;

namespace Hauberk.Api.Distribution;

/// <summary>What a sidecar says of itself when it asks for configuration (the metadata of its xDS node).</summary>
public static class NodeMetadata
{
    /// <summary>The one port of tunnels (HBONE).</summary>
    public const int Tunnels = 15008;

    private const string TunnelPortField = "tunnelPort";

    /// <param name="tunnelPort">Null: it takes no tunnels.</param>
    public static Struct Of(int? tunnelPort)
    {
        var metadata = new Struct();
        if (tunnelPort is { } port)
            metadata.Fields[TunnelPortField] = Value.ForNumber(port);
        return metadata;
    }

    /// <summary>Null where it takes none, or says another port: who says so can have clients sent to what is no sidecar.</summary>
    public static int? TunnelPort(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Metadata?.Fields.TryGetValue(TunnelPortField, out var value) is true && value.NumberValue is Tunnels ? Tunnels : null;
    }
}
