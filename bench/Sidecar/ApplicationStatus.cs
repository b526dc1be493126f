using Hauberk.Lab;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>What the application says of itself: nginx's stub_status.</summary>
/// <param name="Connections">Open now, the one that asks included.</param>
/// <param name="Requests">Answered since its start.</param>
internal sealed record ApplicationStatus(long Connections, long Requests)
{
    public static async Task<ApplicationStatus> ReadAsync(Host server)
    {
        var numbers = (await server.RunAsync("curl", "-sf", "http://127.0.0.1:81/")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => char.IsAsciiDigit(word[0])).Select(Numbers.Parse).ToArray();
        // "Active connections: 1 server accepts handled requests 2 2 3 Reading: ..."
        return new ApplicationStatus((long)numbers[0], (long)numbers[3]);
    }
}
