namespace Hauberk.Sidecar;

/// <summary>What this program exits with. A supervised command's own status goes through as it is.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    public const int Failure = 1;

    /// <summary>It was asked for something that can never work: trying again is of no use.</summary>
    public const int CannotStart = 2;

    public const int CommandNotExecutable = 126;

    public const int CommandNotFound = 127;

    public static int OfSignal(int signal) => 128 + signal;
}
