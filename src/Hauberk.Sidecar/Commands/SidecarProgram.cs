using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Hauberk.Api.Enrolment;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Observability;
using Hauberk.Sidecar.Supervision;
using Microsoft.Extensions.Logging;

namespace Hauberk.Sidecar.Commands;

/// <summary>
/// From what was asked for to a running program: the supervisor where there is a command, else the proxy, which first reads what only its
/// starter may read and then gives up what it does not need.
/// </summary>
internal static partial class SidecarProgram
{
    /// <param name="arguments">Those before <c>--</c>: the proxy is started with the same.</param>
    public static async Task<int> RunAsync(RunOptions options, IReadOnlyList<string> arguments, IReadOnlyList<string> command)
    {
        using var output = new StandardErrorLogger(TimeProvider.System, options.IsVerbose ? LogLevel.Debug : LogLevel.Information);
        using var loggers = new LoggerFactory([output]);
        var log = loggers.CreateLogger("Program");
        return command.Count > 0
            ? await SuperviseAsync(options, arguments, command, loggers)
            : await RunProxyAsync(options, loggers, log);
    }

    private static Task<int> SuperviseAsync(
        RunOptions options, IReadOnlyList<string> arguments, IReadOnlyList<string> command, LoggerFactory loggers)
    {
        var proxy = new ProcessStartInfo(Environment.ProcessPath!, [.. arguments, "--supervised"]);
        var keeper = new ProxyKeeper(proxy, TimeProvider.System, loggers.CreateLogger<ProxyKeeper>());
        var drain = TimeSpan.FromMilliseconds(options.DrainMs);
        return new Supervisor(keeper, command, drain, loggers.CreateLogger<Supervisor>()).RunAsync();
    }

    private static async Task<int> RunProxyAsync(RunOptions options, LoggerFactory loggers, ILogger log)
    {
        using var notifier = ServiceNotifier.Connect();
        JoinFile? join = null;
        string? problem = null;
        // Not there: it has joined before, or never will.
        if (Path.Exists(options.JoinFile) && !JoinFile.TryRead(options.JoinFile, out join, out problem))
            return CannotStart(log, problem);
        StateDirectory state;
        Stream? accessLog;
        try
        {
            var account = FindAccount(options);
            state = StateDirectory.Open(options.StateDirectory, Privileges.IsRoot ? account : null);
            accessLog = OpenAccessLog(options.AccessLog);
            problem = GiveUpPrivileges(account);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CannotStart(log, e.Message);
        }
        if (problem is not null)
            return CannotStart(log, problem);
        if (join is null)
        {
            if (!TryReadKept(options.JoinFile, state, out join, out problem))
                return CannotStart(log, problem);
            if (options.JoinFile is not null)
                StartsAsBefore(log, options.JoinFile, join.Workload);
        }
        // Capture would bring its own traffic back to it, for ever.
        if (Privileges.IsRoot && !options.MarksSockets)
            return CannotStart(log, "runs as root: give it a user of its own (--user NAME), so that capture can tell its traffic from the application's");
        using var stop = new StopRequest();
        stop.ListenToSignals(options.IsSupervised);
        return await Proxy.RunAsync(options, join, state, accessLog, notifier, stop, loggers, TimeProvider.System);
    }

    private static bool TryReadKept(
        string? joinFile, StateDirectory state, [NotNullWhen(true)] out JoinFile? join, [NotNullWhen(false)] out string? problem)
    {
        var kept = new KeptJoinFile(state);
        if (kept.Exists)
            return kept.TryLoad(out join, out problem);
        join = null;
        problem = joinFile is null
            ? "this workload has not joined yet: give it the join file that `hauberk token create` wrote (--join FILE)"
            : $"{joinFile}: there is no such file, and this workload has not joined yet";
        return false;
    }

    private static UserAccount? FindAccount(RunOptions options) =>
        options.User is null ? null
        : UserAccount.TryFind(options.User, out var account) ? account
        : throw new IOException($"there is no user {Hauberk.Identity.IdentityProblem.Show(options.User)}");

    private static string? GiveUpPrivileges(UserAccount? account)
    {
        Privileges.RaiseOpenFilesLimit();
        return (account is null ? null : Privileges.BecomeUser(account)) ?? Privileges.GiveUpMore();
    }

    private static Stream? OpenAccessLog(string? target) => target switch
    {
        null => null,
        "-" => Console.OpenStandardOutput(),
        _ => new FileStream(target, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
        }),
    };

    private static int CannotStart(ILogger log, string problem)
    {
        Refused(log, problem);
        return ExitCodes.CannotStart;
    }

    [LoggerMessage(LogLevel.Information, "{File} is not there; starts as {Workload}, which joined before")]
    private static partial void StartsAsBefore(ILogger logger, string file, string workload);

    [LoggerMessage(LogLevel.Error, "cannot start: {Problem}")]
    private static partial void Refused(ILogger logger, string problem);
}
