using Hauberk.Policy.Decision;

namespace Hauberk.Policy.Resolution;

/// <summary>The protocol that a port declares (specification 6.1 to 6.3).</summary>
public static class ProtocolSelection
{
    /// <inheritdoc cref="Stated"/>
    public static DeclaredProtocol Of(int port, string portName, string transport, string? appProtocol) =>
        OrByNumber(Stated(portName, transport, appProtocol), port);

    /// <inheritdoc cref="StatedByServiceEntry"/>
    public static DeclaredProtocol OfServiceEntry(int port, string portName, string protocol, string? appProtocol) =>
        OrByNumber(StatedByServiceEntry(portName, protocol, appProtocol), port);

    /// <summary>What the port of a Service says, whatever its number.</summary>
    /// <param name="transport">"TCP" or "UDP".</param>
    /// <param name="appProtocol">Null where not set. One that is set decides, also where it is unknown.</param>
    /// <returns>Auto where it says nothing.</returns>
    public static DeclaredProtocol Stated(string portName, string transport, string? appProtocol)
    {
        ArgumentNullException.ThrowIfNull(portName);
        if (string.Equals(transport, "UDP", StringComparison.OrdinalIgnoreCase))
            return DeclaredProtocol.Udp;
        return appProtocol is null ? OfName(portName) : OfAppProtocol(appProtocol);
    }

    /// <summary>A ServiceEntry port carries its application protocol in "protocol".</summary>
    /// <returns>Auto where it says nothing.</returns>
    public static DeclaredProtocol StatedByServiceEntry(string portName, string protocol, string? appProtocol)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        return protocol.Length == 0 || appProtocol is not null ? Stated(portName, "TCP", appProtocol) : Exactly(protocol);
    }

    public static DeclaredProtocol OrByNumber(DeclaredProtocol stated, int port) =>
        stated == DeclaredProtocol.Auto ? Undeclared(port) : stated;

    /// <summary>What holds for a port that says nothing.</summary>
    public static DeclaredProtocol Undeclared(int port) => port is 25 or 53 or 3306 or 27017 ? DeclaredProtocol.Tcp : DeclaredProtocol.Auto;

    /// <summary>True where the proxy reads requests: what HTTP-only authorization fields apply to.</summary>
    public static bool IsHttp(this DeclaredProtocol protocol) => protocol
        is DeclaredProtocol.Http or DeclaredProtocol.Http2 or DeclaredProtocol.Grpc or DeclaredProtocol.GrpcWeb;

    /// <summary>True where the client waits for the server's greeting.</summary>
    public static bool ServerSpeaksFirst(this DeclaredProtocol protocol) => protocol == DeclaredProtocol.Mysql;

    /// <summary>As the specification and resources spell it: "http", "grpc-web", "auto".</summary>
    public static string Spelling(this DeclaredProtocol protocol) => protocol switch
    {
        DeclaredProtocol.Auto => "auto",
        DeclaredProtocol.Http => "http",
        DeclaredProtocol.Http2 => "http2",
        DeclaredProtocol.Grpc => "grpc",
        DeclaredProtocol.GrpcWeb => "grpc-web",
        DeclaredProtocol.Https => "https",
        DeclaredProtocol.Tls => "tls",
        DeclaredProtocol.Tcp => "tcp",
        DeclaredProtocol.Mongo => "mongo",
        DeclaredProtocol.Mysql => "mysql",
        DeclaredProtocol.Redis => "redis",
        DeclaredProtocol.Udp => "udp",
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };

    private static DeclaredProtocol OfAppProtocol(string appProtocol) => appProtocol switch
    {
        "kubernetes.io/h2c" => DeclaredProtocol.Http2,
        "kubernetes.io/ws" => DeclaredProtocol.Http,
        "kubernetes.io/wss" => DeclaredProtocol.Https,
        _ => OfName(appProtocol),
    };

    private static DeclaredProtocol OfName(string name)
    {
        // Before the general rule: it has a hyphen of its own.
        if (name.Equals("grpc-web", StringComparison.OrdinalIgnoreCase) || name.StartsWith("grpc-web-", StringComparison.OrdinalIgnoreCase))
            return DeclaredProtocol.GrpcWeb;
        var hyphen = name.IndexOf('-', StringComparison.Ordinal);
        return Exactly(hyphen < 0 ? name : name[..hyphen]);
    }

    private static DeclaredProtocol Exactly(string name)
    {
        for (var protocol = DeclaredProtocol.Http; protocol <= DeclaredProtocol.Udp; protocol++)
            if (name.Equals(protocol.Spelling(), StringComparison.OrdinalIgnoreCase)) return protocol;
        return DeclaredProtocol.Auto;
    }
}
