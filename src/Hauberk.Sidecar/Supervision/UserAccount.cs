using System.Globalization;

namespace Hauberk.Sidecar.Supervision;

/// <summary>A user of this machine.</summary>
internal sealed record UserAccount(string Name, uint User, uint Group)
{
    private const int BufferBytes = 16 * 1024;
    private const int MaxNameLength = 256;

    /// <param name="name">A name, or a user id: its group then has the same number unless the user is known.</param>
    public static unsafe bool TryFind(string name, out UserAccount? account)
    {
        account = null;
        if (name.Length is 0 or > MaxNameLength || name.Contains('\0', StringComparison.Ordinal))
            return false;
        var buffer = stackalloc byte[BufferBytes];
        if (LibC.FindUser(name, out var entry, buffer, BufferBytes, out var found) == 0 && found is not null)
            account = new UserAccount(name, entry.User, entry.Group);
        else if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != uint.MaxValue)
            account = new UserAccount(name, number, number);
        return account is not null;
    }
}
