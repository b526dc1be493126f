namespace Hauberk.Policy.Decision.Authorization;

/// <summary>What a rule can be found by.</summary>
internal enum IndexKind
{
    None,

    /// <summary>The identity without its scheme.</summary>
    Principal,

    /// <summary>"/ns/X/sa/Y".</summary>
    ServiceAccount,
    Namespace,

    /// <summary>Decimal workload port.</summary>
    Port,

    /// <summary>Without case.</summary>
    Host,

    /// <summary>A whole path, or a folder of it with its last slash.</summary>
    Path,
}
