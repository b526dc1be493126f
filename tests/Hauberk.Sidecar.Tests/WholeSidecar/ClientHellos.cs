using System.Net.Security;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>First bytes of real TLS clients.</summary>
internal static class ClientHellos
{
    public static async Task<byte[]> OfferingAsync(params string[] alpn)
    {
        var first = new FirstWrite();
        using var stream = new SslStream(first);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "orders.example",
            ApplicationProtocols = alpn.Length == 0 ? null : [.. alpn.Select(a => new SslApplicationProtocol(a))],
        };
        await Assert.ThrowsAnyAsync<IOException>(() => stream.AuthenticateAsClientAsync(options));
        return first.Bytes;
    }

    /// <summary>Takes what is written, and is at its end when read.</summary>
    private sealed class FirstWrite : MemoryStream
    {
        private readonly List<byte> bytes = [];

        public byte[] Bytes => [.. bytes];

        public override void Write(byte[] buffer, int offset, int count) => bytes.AddRange(buffer.AsSpan(offset, count));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            bytes.AddRange(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
