namespace Hauberk.Policy.Decision;

public enum Verdict
{
    Deny,
    Allow,
}
