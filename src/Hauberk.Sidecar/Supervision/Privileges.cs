using System.Runtime.InteropServices;

namespace Hauberk.Sidecar.Supervision;

/// <summary>What the proxy gives up before it reads a byte from the network.</summary>
internal static class Privileges
{
    public static bool IsRoot => LibC.GetEffectiveUser() == 0;

    /// <summary>
    /// Becomes <paramref name="account"/>, for good: real, effective and saved ids, no supplementary groups. Null: done. Else the process
    /// must not go on.
    /// </summary>
    public static unsafe string? BecomeUser(UserAccount account)
    {
        if (account.User == 0 || account.Group == 0)
            return "the sidecar's user must not be root";
        if (LibC.GetEffectiveUser() == account.User)
            return null;
        if (!IsRoot)
            return $"only root can become the user {account.Name}";
        if (LibC.SetSupplementaryGroups(0, null) != 0
            || LibC.SetGroups(account.Group, account.Group, account.Group) != 0
            || LibC.SetUsers(account.User, account.User, account.User) != 0)
            return $"cannot become the user {account.Name}: {Marshal.GetLastPInvokeErrorMessage()}";
        return Holds(account) && LibC.SetUsers(0, 0, 0) != 0 ? null : $"the privileges of root are still there after becoming {account.Name}";
    }

    /// <summary>
    /// No program started from here can gain privileges (what was set is inherited by every thread made later), and no other process of the
    /// same user can read this one's memory, where the private key is. Null: done.
    /// </summary>
    public static string? GiveUpMore() =>
        LibC.ControlProcess(LibC.SetNoNewPrivileges, 1, 0, 0, 0) == 0 && LibC.ControlProcess(LibC.SetDumpable, 0, 0, 0, 0) == 0
            ? null
            : $"cannot give up gaining privileges: {Marshal.GetLastPInvokeErrorMessage()}";

    /// <summary>As many open files as the machine allows: each connection takes two.</summary>
    public static void RaiseOpenFilesLimit()
    {
        if (LibC.GetLimit(LibC.OpenFilesLimit, out var limit) == 0 && limit.Current < limit.Maximum)
            _ = LibC.SetLimit(LibC.OpenFilesLimit, new LibC.ResourceLimit { Current = limit.Maximum, Maximum = limit.Maximum });
    }

    private static unsafe bool Holds(UserAccount account) =>
        LibC.GetUsers(out var user, out var effectiveUser, out var savedUser) == 0
        && LibC.GetGroups(out var group, out var effectiveGroup, out var savedGroup) == 0
        && user == account.User && effectiveUser == account.User && savedUser == account.User
        && group == account.Group && effectiveGroup == account.Group && savedGroup == account.Group
        && LibC.GetSupplementaryGroups(0, null) == 0;
}
