namespace Hauberk.Net.Tls;

/// <summary>How far one call into OpenSSL came.</summary>
internal enum TlsStep
{
    Done,
    NeedsInput,

    /// <summary>The peer's close_notify was read.</summary>
    Ended,
    Failed,
}
