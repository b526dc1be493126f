using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Identity;

/// <summary>
/// The name of a trust domain by the SPIFFE-ID standard, section 2.1: 1 to 255 of <c>a-z 0-9 . - _</c>. Compared exactly.
/// </summary>
public sealed class TrustDomain : IEquatable<TrustDomain>
{
    public const int MaxLength = 255;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");

    private TrustDomain(string name) => Name = name;

    public string Name { get; }

    public static bool TryParse(
        string? text, [NotNullWhen(true)] out TrustDomain? trustDomain, [NotNullWhen(false)] out IdentityProblem? problem)
    {
        problem = Check(text ?? "");
        trustDomain = problem is null ? new TrustDomain(text!) : null;
        return problem is null;
    }

    /// <exception cref="FormatException">The text is not a trust domain name.</exception>
    public static TrustDomain Parse(string text) =>
        TryParse(text, out var trustDomain, out var problem) ? trustDomain : throw new FormatException(problem.Message);

    internal static IdentityProblem? Check(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
            return new(IdentityProblemCode.InvalidTrustDomain, "the trust domain is empty");
        if (name.Length > MaxLength)
            return new(IdentityProblemCode.InvalidTrustDomain,
                $"the trust domain {IdentityProblem.Show(name)} is longer than {MaxLength} characters");
        if (name.ContainsAnyExcept(Allowed))
            return new(IdentityProblemCode.InvalidTrustDomain,
                $"the trust domain {IdentityProblem.Show(name)} has a character other than a-z, 0-9, '.', '-' and '_'");
        return null;
    }

    public bool Equals(TrustDomain? other) => other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as TrustDomain);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;

    public static bool operator ==(TrustDomain? left, TrustDomain? right) => Equals(left, right);

    public static bool operator !=(TrustDomain? left, TrustDomain? right) => !Equals(left, right);
}
