using Hauberk.Sidecar.Records;

namespace Hauberk.Conformance.Tests.Live;

/// <summary>What came of one connection.</summary>
/// <param name="Record">The sidecar's own.</param>
/// <param name="Seen">The first bytes that the application got; null: none came.</param>
/// <param name="Payload">What the client's application sent.</param>
/// <param name="IsApplicationListening">False: the application could not, so that a refused dial stands for a delivery.</param>
internal sealed record Observation(ConnectionRecord Record, byte[]? Seen, byte[] Payload, bool IsApplicationListening)
{
    /// <summary>The application got what was sent, in the clear.</summary>
    public bool IsDelivered => IsApplicationListening ? Seen is not null && Seen.AsSpan().SequenceEqual(Payload) : IsDialled && !IsTlsLeft;

    /// <summary>The application got TLS, for it to terminate.</summary>
    public bool IsTlsDelivered => IsApplicationListening ? Seen is [0x16, 0x03, ..] : IsDialled && IsTlsLeft;

    public bool IsMutualTls => Record.Security == ConnectionSecurity.MutualTls;

    private bool IsDialled => Record.CloseReason == CloseReason.ConnectRefused;

    private bool IsTlsLeft => Record.Security == ConnectionSecurity.Tls;

    public override string ToString() =>
        $"{Record.Verdict}, {Record.ReasonCode} by {Record.Rule ?? "default"}, {Record.Security}, closed: {Record.CloseReason} {Record.Detail}, "
        + (IsDelivered ? "delivered" : IsTlsDelivered ? "TLS delivered" : Seen is null ? "the application saw nothing" : "other bytes delivered");
}
