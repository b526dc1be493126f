using System.Runtime.CompilerServices;

namespace Hauberk.Identity.Tests;

/// <summary>The user's certificate stores live under HOME; tests write to one, so they get a home of their own.</summary>
internal static class TestHome
{
    [ModuleInitializer]
    internal static void Move()
    {
        var home = Directory.CreateTempSubdirectory("hauberk-home-").FullName;
        Environment.SetEnvironmentVariable("HOME", home);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(home, recursive: true);
    }
}
