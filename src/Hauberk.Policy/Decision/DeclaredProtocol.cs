namespace Hauberk.Policy.Decision;

/// <summary>What a Service or ServiceEntry says that a port speaks (specification 6.1 to 6.3).</summary>
public enum DeclaredProtocol
{
    /// <summary>Nothing was declared: found out from the first bytes.</summary>
    Auto,
    Http,
    Http2,
    Grpc,
    GrpcWeb,
    Https,
    Tls,
    Tcp,
    Mongo,
    Mysql,
    Redis,

    /// <summary>Not proxied.</summary>
    Udp,
}
