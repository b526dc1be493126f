namespace Hauberk.Policy.Validation.Kinds;

internal static class PortRules
{
    public static string? Check(int port) => port is > 0 and <= 65535 ? null : $"{port} is not a port: 1 to 65535.";

    /// <summary>Ports in AuthorizationPolicies are text; they are compared as decimal numbers.</summary>
    public static string? Check(string port) =>
        IpText.IsPlainNumber(port, 65535) && port != "0" ? null : $"\"{ForeignText.Shown(port)}\" is not a port: 1 to 65535.";
}
