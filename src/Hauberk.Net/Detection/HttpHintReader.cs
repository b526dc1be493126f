namespace Hauberk.Net.Detection;

/// <summary>Tells HTTP from other plaintext by its first line; never throws.</summary>
public static class HttpHintReader
{
    private const int MaxMethodBytes = 32;

    private static ReadOnlySpan<byte> Http2Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    private static ReadOnlySpan<byte> Version => "HTTP/1."u8;

    /// <summary>The hint, or null while more bytes are needed to tell.</summary>
    public static HttpHint? Read(ReadOnlySpan<byte> bytes)
    {
        int compared = Math.Min(bytes.Length, Http2Preface.Length);
        if (bytes[..compared].SequenceEqual(Http2Preface[..compared])) return compared == Http2Preface.Length ? HttpHint.Http2 : null;
        return ReadRequestLine(bytes);
    }

    // RFC 9112, section 3: method SP request-target SP HTTP-version CRLF.
    private static HttpHint? ReadRequestLine(ReadOnlySpan<byte> bytes)
    {
        int method = CountWhile(bytes, IsTokenByte);
        if (method > MaxMethodBytes) return HttpHint.None;
        if (method == bytes.Length) return null;
        if (method == 0 || bytes[method] != ' ') return HttpHint.None;
        ReadOnlySpan<byte> afterMethod = bytes[(method + 1)..];
        int target = CountWhile(afterMethod, static value => value is > 0x20 and not 0x7f);
        if (target == afterMethod.Length) return null;
        if (target == 0 || afterMethod[target] != ' ') return HttpHint.None;
        return ReadVersion(afterMethod[(target + 1)..]);
    }

    private static HttpHint? ReadVersion(ReadOnlySpan<byte> bytes)
    {
        int compared = Math.Min(bytes.Length, Version.Length);
        if (!bytes[..compared].SequenceEqual(Version[..compared])) return HttpHint.None;
        if (bytes.Length <= Version.Length) return null;
        return char.IsAsciiDigit((char)bytes[Version.Length]) ? HttpHint.Http1 : HttpHint.None;
    }

    private static int CountWhile(ReadOnlySpan<byte> bytes, Predicate<byte> matches)
    {
        int count = 0;
        while (count < bytes.Length && matches(bytes[count])) count++;
        return count;
    }

    private static bool IsTokenByte(byte value) =>
        char.IsAsciiLetterOrDigit((char)value) || "!#$%&'*+-.^_`|~"u8.Contains(value);
}
