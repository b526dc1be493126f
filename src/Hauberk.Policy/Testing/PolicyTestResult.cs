namespace Hauberk.Policy.Testing;

/// <summary>What became of one case.</summary>
/// <param name="Actual">"error" where the question could not be answered.</param>
/// <param name="Rule">"namespace/name[index]" of the deciding rule; null: a default decided.</param>
/// <param name="Reason">One sentence.</param>
public sealed record PolicyTestResult(
    string File, string Test, string Name, bool Passed, string Expected, string Actual, string? Rule, string Reason);
