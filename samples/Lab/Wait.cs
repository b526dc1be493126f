using System.Diagnostics;

namespace Hauberk.Lab;

public static class Wait
{
    /// <summary>Polls until <paramref name="condition"/> holds.</summary>
    /// <exception cref="LabException">It did not within <paramref name="limit"/>.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        var bound = limit ?? TimeSpan.FromSeconds(30);
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > bound) throw new LabException($"waited {bound.TotalSeconds:0} s in vain until {what}");
            await Task.Delay(50);
        }
    }
}
