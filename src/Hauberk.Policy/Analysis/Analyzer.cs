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

    /// <param name="resources">Read and valid.</param>
    public static ImmutableArray<PolicyProblem> Analyze(ResourceSet resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        var problems = new ProblemCollector(MaxProblems);
        var context = new AnalysisContext(resources, problems);
        foreach (var check in Checks) check(context);
        return problems.ToImmutable();
    }

    private const int MaxProblems = 1000;
}
