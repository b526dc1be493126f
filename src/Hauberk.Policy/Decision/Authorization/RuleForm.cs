namespace Hauberk.Policy.Decision.Authorization;

/// <summary>The form that rules take on a port, by the protocol that the proxy handles there (specification 3.8).</summary>
internal enum RuleForm
{
    Tcp,
    Http,
}
