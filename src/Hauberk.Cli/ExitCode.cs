namespace Hauberk.Cli;

/// <summary>What a script may rely on; the same for every verb.</summary>
internal static class ExitCode
{
    /// <summary>Done, or the answer is yes.</summary>
    public const int Success = 0;

    /// <summary>The question was put and the answer is no: refused by the control plane, not found, a test that fails, a problem.</summary>
    public const int No = 1;

    /// <summary>The question could not be put: wrong command line, invalid file, no control plane to be reached and trusted.</summary>
    public const int Unusable = 2;

    /// <summary>The worse of two outcomes.</summary>
    public static int Worst(int one, int other) => Math.Max(one, other);
}
