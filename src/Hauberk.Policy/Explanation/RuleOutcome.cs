namespace Hauberk.Policy.Explanation;

public enum RuleOutcome
{
    Matched,
    NotMatched,

    /// <summary>Something before it had decided.</summary>
    NotReached,

    /// <summary>An ALLOW rule with an HTTP-only field, on a port that is not handled as HTTP (specification 3.8).</summary>
    DroppedOnTcp,
}
