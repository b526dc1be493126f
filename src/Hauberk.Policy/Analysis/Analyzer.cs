using System.Collections.Immutable;
using Hauberk.Policy.Analysis.Checks;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis;

/// <summary>
/// Warnings that only show when resources are seen together: what is valid, and yet hardly what its writer meant. Each has a code of
/// <see cref="ProblemCodes"/>, a place and a page. Resources that one by one are invalid belong to <see cref="ResourceValidator"/>.
/// </summary>
public static class Analyzer
{
    private const int MaxProblems = 1000;

    private static readonly ImmutableArray<Action<AnalysisContext>> Checks =
    [
        GivenTwiceCheck.Run,
        PeerAuthenticationScopeCheck.Run,
        PortLevelModeCheck.Run,
        HttpFieldsOnTcpPortCheck.Run,
        LiteralStarCheck.Run,
        HostWithoutPortCheck.Run,
        PortProtocolCheck.Run,
        ProtocolConflictCheck.Run,
        ServerIdentityCheck.Run,
        MeshSettingsCheck.Run,
        SelectsNothingCheck.Run,
        NeverMatchesCheck.Run,
        ShadowedRuleCheck.Run,
        AllowDeniesTheRestCheck.Run,
        StrictWithoutSidecarCheck.Run,
        ClientAndServerCheck.Run,
        ProviderCheck.Run,
    ];

    /// <param name="resources">Those that are not valid are left out: what they would mean cannot be told.</param>
    public static ImmutableArray<PolicyProblem> Analyze(ResourceSet resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        var problems = new ProblemCollector(MaxProblems);
        var context = new AnalysisContext(resources.With(resources.All.Where(IsValid)), problems);
        foreach (var check in Checks) check(context);
        return problems.ToImmutable();
    }

    private static bool IsValid(Resource resource) => ResourceValidator.Validate(resource).All(p => p.Severity == ProblemSeverity.Warning);
}
