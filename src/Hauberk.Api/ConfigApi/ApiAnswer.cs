using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Api.ConfigApi;

/// <summary>What a call gave: a value or a problem, and the warnings that came with either.</summary>
public sealed record ApiAnswer<T> where T : notnull
{
    private ApiAnswer(T? value, ApiProblem? problem, ImmutableArray<string> warnings)
    {
        Value = value;
        Problem = problem;
        Warnings = warnings;
    }

    public T? Value { get; }

    public ApiProblem? Problem { get; }

    /// <summary>Texts of the Warning headers, in order.</summary>
    public ImmutableArray<string> Warnings { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsSuccess => Problem is null;

    public ApiAnswer<TOther> Then<TOther>(Func<T, TOther> map) where TOther : notnull =>
        IsSuccess ? new ApiAnswer<TOther>(map(Value), null, Warnings) : new ApiAnswer<TOther>(default, Problem, Warnings);

    internal static ApiAnswer<T> Of(T value, ImmutableArray<string> warnings) => new(value, null, warnings);

    internal static ApiAnswer<T> Failed(ApiProblem problem, ImmutableArray<string> warnings) => new(default, problem, warnings);
}
