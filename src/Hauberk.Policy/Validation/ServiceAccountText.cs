namespace Hauberk.Policy.Validation;

/// <summary>"ACCOUNT" or "NAMESPACE/ACCOUNT" in serviceAccounts and source.serviceAccount (specification 3.5).</summary>
internal static class ServiceAccountText
{
    public const int MaxLength = 320;

    public static string? Check(string text)
    {
        if (text.Length > MaxLength) return $"A service account has at most {MaxLength} characters.";
        if (text.Contains('*', StringComparison.Ordinal)) return "Service accounts are matched exactly and know no \"*\".";
        var parts = text.Split('/');
        return parts.Length <= 2 && parts.All(part => part.Length > 0) ? null : $"\"{ForeignText.Shown(text)}\" is neither ACCOUNT nor NAMESPACE/ACCOUNT.";
    }
}
