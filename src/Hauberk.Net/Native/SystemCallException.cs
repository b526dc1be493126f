using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Hauberk.Net.Native;

/// <summary>A system call failed in a way its caller has no answer to.</summary>
internal static class SystemCallException
{
    public static IOException ForLastError(string call) => For(call, Marshal.GetLastPInvokeError());

    public static IOException For(string call, int errno) => new($"{call}: {Describe(errno)}", new Win32Exception(errno));

    public static string Describe(int errno) => $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})";
}
