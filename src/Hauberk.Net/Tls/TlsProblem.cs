namespace Hauberk.Net.Tls;

/// <summary>A handshake that did not succeed, with what was said on the wire about it.</summary>
public sealed record TlsProblem(TlsProblemKind Kind, string Detail)
{
    public TlsAlert? AlertSent { get; init; }

    public TlsAlert? AlertReceived { get; init; }

    public override string ToString() => $"{Kind}: {Detail}";
}
