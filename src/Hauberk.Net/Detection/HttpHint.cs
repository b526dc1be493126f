namespace Hauberk.Net.Detection;

/// <summary>Whether first bytes read like HTTP. A hint: nothing after the first line was looked at.</summary>
public enum HttpHint
{
    None,

    /// <summary>A whole HTTP/1.x request line.</summary>
    Http1,

    /// <summary>The connection preface of HTTP/2 (RFC 9113, section 3.4).</summary>
    Http2,
}
