namespace Hauberk.Policy.Resources;

public enum AuthorizationAction
{
    Allow,
    Deny,
    Audit,
    Custom,
}
