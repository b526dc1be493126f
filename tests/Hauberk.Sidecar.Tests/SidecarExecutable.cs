namespace Hauberk.Sidecar.Tests;

/// <summary>The program under test, as it is built beside the tests.</summary>
internal static class SidecarExecutable
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "hauberk-sidecar");
}
