using System.Runtime.InteropServices;

namespace Hauberk.Sidecar.Supervision;

/// <summary>The C library's calls for users, limits and signals. glibc applies the set*id calls to every thread of the process.</summary>
internal static unsafe partial class LibC
{
    public const int OpenFilesLimit = 7;
    public const int SetNoNewPrivileges = 38;
    public const int SetDumpable = 4;
    public const int StandardInput = 0;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUser();

    [LibraryImport(Library, EntryPoint = "getresuid", SetLastError = true)]
    public static partial int GetUsers(out uint real, out uint effective, out uint saved);

    [LibraryImport(Library, EntryPoint = "getresgid", SetLastError = true)]
    public static partial int GetGroups(out uint real, out uint effective, out uint saved);

    [LibraryImport(Library, EntryPoint = "setresuid", SetLastError = true)]
    public static partial int SetUsers(uint real, uint effective, uint saved);

    [LibraryImport(Library, EntryPoint = "setresgid", SetLastError = true)]
    public static partial int SetGroups(uint real, uint effective, uint saved);

    [LibraryImport(Library, EntryPoint = "setgroups", SetLastError = true)]
    public static partial int SetSupplementaryGroups(nuint count, uint* groups);

    [LibraryImport(Library, EntryPoint = "getgroups", SetLastError = true)]
    public static partial int GetSupplementaryGroups(int capacity, uint* groups);

    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    public static partial int ControlProcess(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport(Library, EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, out ResourceLimit limit);

    [LibraryImport(Library, EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetLimit(int resource, in ResourceLimit limit);

    [LibraryImport(Library, EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int processId, int signal);

    [LibraryImport(Library, EntryPoint = "getpgrp")]
    public static partial int GetProcessGroup();

    [LibraryImport(Library, EntryPoint = "tcgetpgrp", SetLastError = true)]
    public static partial int GetForegroundProcessGroup(int terminal);

    [LibraryImport(Library, EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int FindUser(string name, out PasswordEntry entry, byte* buffer, nuint size, out PasswordEntry* found);

    public struct ResourceLimit
    {
        public nuint Current;
        public nuint Maximum;
    }

    /// <summary>struct passwd of glibc and musl on 64-bit Linux.</summary>
    public struct PasswordEntry
    {
        public nint Name;
        public nint Password;
        public uint User;
        public uint Group;
        public nint Comment;
        public nint Home;
        public nint Shell;
    }
}
