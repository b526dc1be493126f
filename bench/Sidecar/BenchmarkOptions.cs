using System.Globalization;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Only">The works to measure; null: all, or where it is quick those that matter most.</param>
internal sealed record BenchmarkOptions(bool IsQuick, string? JsonFile, int Rounds, int Loops, IReadOnlyList<string>? Only = null)
{
    public static readonly string Usage = "usage: bench sidecar [--quick] [--only WORK,...] [--json FILE] [--rounds N] [--loops N]\n"
        + $"WORK: {string.Join(", ", Works.All)}";

    // Two orders, and all within 50 seconds.
    private const int QuickRounds = 2;
    private const int FullRounds = 5;

    /// <summary>All works: what the performance page and all budgets are about.</summary>
    public bool IsFull => !IsQuick && Only is null;

    /// <summary>What to measure, by the proxies that it is measured on.</summary>
    public IEnumerable<IGrouping<string, string>> Selected =>
        Works.All.Where((Only ?? (IsQuick ? Works.Quick : Works.All)).Contains).GroupBy(Works.ProxiesOf);

    /// <summary>Event loops of a sidecar, threads of a peer.</summary>
    public int LoopsOf(string proxies) => proxies == Works.KeepAliveTwoLoops ? 2 : Loops;

    /// <summary>wrk takes whole seconds.</summary>
    public int SecondsPerRound => IsQuick ? 1 : 2;

    /// <summary>Null: not understood.</summary>
    public static BenchmarkOptions? TryParse(string[] arguments)
    {
        var isQuick = arguments.Contains("--quick");
        var options = new BenchmarkOptions(isQuick, null, isQuick ? QuickRounds : FullRounds, 1);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--quick":
                    break;
                case "--json" when i + 1 < arguments.Length:
                    options = options with { JsonFile = arguments[++i] };
                    break;
                case "--only" when TryWorks(arguments, ++i, out var works):
                    options = options with { Only = works };
                    break;
                case "--rounds" when TryCount(arguments, ++i, out var rounds):
                    options = options with { Rounds = rounds };
                    break;
                case "--loops" when TryCount(arguments, ++i, out var loops):
                    options = options with { Loops = loops };
                    break;
                default:
                    return null;
            }
        }
        return options;
    }

    private static bool TryWorks(string[] arguments, int at, out IReadOnlyList<string> works)
    {
        works = at < arguments.Length ? arguments[at].Split(',') : [];
        return works.Count > 0 && works.All(Works.All.Contains);
    }

    private static bool TryCount(string[] arguments, int at, out int count)
    {
        count = 0;
        return at < arguments.Length && int.TryParse(arguments[at], NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= 64;
    }
}
