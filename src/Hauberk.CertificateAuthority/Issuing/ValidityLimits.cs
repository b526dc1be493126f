namespace Hauberk.CertificateAuthority.Issuing;

/// <summary>How long a leaf lives.</summary>
/// <param name="Default">For a caller that asks for nothing.</param>
/// <param name="Max">More than this is refused, not shortened: the caller would plan its renewal wrongly.</param>
public sealed record ValidityLimits(TimeSpan Default, TimeSpan Max)
{
    public static ValidityLimits Standard { get; } = new(TimeSpan.FromHours(24), TimeSpan.FromDays(90));
}
