namespace Hauberk.CertificateAuthority.Signing;

/// <summary>A validity, in whole seconds as certificates have it.</summary>
internal readonly record struct Period(DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>How far behind the authority's clock another machine's may be.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    public static Period Starting(DateTimeOffset now, TimeSpan length) => new(WholeSeconds(now - Skew), WholeSeconds(now + length));

    /// <summary>This period cut to another's.</summary>
    public Period Within(Period other) => new(
        NotBefore > other.NotBefore ? NotBefore : other.NotBefore,
        NotAfter < other.NotAfter ? NotAfter : other.NotAfter);

    public bool Contains(DateTimeOffset time) => time >= NotBefore && time < NotAfter;

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
