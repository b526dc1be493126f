namespace Hauberk.Policy.Explanation;

public enum PolicyOutcome
{
    /// <summary>One of its rules decided.</summary>
    Decided,

    /// <summary>One of its rules matched without deciding: AUDIT, dry-run, or CUSTOM that an authorizer allowed.</summary>
    Matched,
    NotMatched,

    /// <summary>Something before it had decided.</summary>
    NotReached,
    NotSelected,

    /// <summary>It cannot be enforced, so everything is denied.</summary>
    Unsupported,
}
