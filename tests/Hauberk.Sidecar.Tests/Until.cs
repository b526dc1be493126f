namespace Hauberk.Sidecar.Tests;

/// <summary>Waits for a condition that has no event of its own to wait for.</summary>
internal static class Until
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Limit, $"{what}: not in {Limit}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
