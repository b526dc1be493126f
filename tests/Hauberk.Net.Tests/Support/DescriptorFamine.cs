using System.Runtime.InteropServices;

namespace Hauberk.Net.Tests.Support;

/// <summary>While it lives the process can open no further descriptor.</summary>
internal sealed unsafe partial class DescriptorFamine : IDisposable
{
    private const int OpenFiles = 7;
    private readonly Limit before;

    public DescriptorFamine()
    {
        Limit limit;
        Assert.Equal(0, GetLimit(OpenFiles, &limit));
        before = limit;
        // Numbers up to the limit may be used: none above what is open now is free.
        limit.Soft = 3;
        Assert.Equal(0, SetLimit(OpenFiles, &limit));
    }

    public void Dispose()
    {
        Limit limit = before;
        Assert.Equal(0, SetLimit(OpenFiles, &limit));
    }

    [LibraryImport("libc", EntryPoint = "getrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetLimit(int resource, Limit* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetLimit(int resource, Limit* limit);

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
