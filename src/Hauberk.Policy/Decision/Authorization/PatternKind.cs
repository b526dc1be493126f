namespace Hauberk.Policy.Decision.Authorization;

internal enum PatternKind
{
    Exact,
    Prefix,
    Suffix,
    Presence,
}
