using System.Diagnostics.CodeAnalysis;

namespace Hauberk.CertificateAuthority;

/// <summary>A value or a problem: never both, never neither.</summary>
public sealed record Outcome<T>
    where T : class
{
    private Outcome(T? value, AuthorityProblem? problem) => (Value, Problem) = (value, problem);

    public T? Value { get; }

    public AuthorityProblem? Problem { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Succeeded => Value is not null;

    internal static Outcome<T> Of(T value) => new(value, null);

    internal static Outcome<T> Refused(AuthorityProblem problem) => new(null, problem);

    internal static Outcome<T> Refused(AuthorityProblemCode code, string message) => new(null, new AuthorityProblem(code, message));
}
