namespace Hauberk.Cli;

/// <summary>Everything of the process that a verb may touch besides files and the network.</summary>
internal sealed record Terminal
{
    public required Func<Stream> OpenInput { get; init; }
    public required TextWriter Out { get; init; }
    public required TextWriter Error { get; init; }
    public bool IsOutTerminal { get; init; }
    public bool IsErrorTerminal { get; init; }

    /// <summary>Columns of the terminal; meaningless where <see cref="IsOutTerminal"/> is false.</summary>
    public int Width { get; init; } = 80;

    /// <summary>False on a terminal too where NO_COLOR asks for it or the terminal cannot.</summary>
    public bool HasColor { get; init; }

    public required Func<string, string?> Environment { get; init; }
    public required TimeProvider Clock { get; init; }

    public static Terminal OfProcess() => new()
    {
        OpenInput = Console.OpenStandardInput,
        Out = Console.Out,
        Error = Console.Error,
        IsOutTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        Width = WidthOfWindow(),
        HasColor = WantsColor(System.Environment.GetEnvironmentVariable),
        Environment = System.Environment.GetEnvironmentVariable,
        Clock = TimeProvider.System,
    };

    internal static bool WantsColor(Func<string, string?> environment) =>
        string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is { Length: > 0 } and not "dumb";

    private static int WidthOfWindow()
    {
        try
        {
            return !Console.IsOutputRedirected && Console.WindowWidth > 0 ? Console.WindowWidth : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
