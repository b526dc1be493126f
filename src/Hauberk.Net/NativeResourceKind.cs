namespace Hauberk.Net;

/// <summary>What this library holds outside the managed heap.</summary>
public enum NativeResourceKind
{
    Descriptor,
    TlsContext,
    TlsSession,
    TlsTicket,
    Buffer,
}
