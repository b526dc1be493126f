using System.Globalization;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions(bool IsQuick, string? JsonFile, int Rounds, int Loops)
{
    public const string Usage = "usage: bench sidecar [--quick] [--json FILE] [--rounds N] [--loops N]";

    private const int QuickRounds = 3;
    private const int FullRounds = 5;

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

    private static bool TryCount(string[] arguments, int at, out int count)
    {
        count = 0;
        return at < arguments.Length && int.TryParse(arguments[at], NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= 64;
    }
}
