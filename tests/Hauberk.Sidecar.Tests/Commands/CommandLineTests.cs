using System.Diagnostics;

namespace Hauberk.Sidecar.Tests.Commands;

/// <summary>The program itself: none of these gets as far as to touch anything.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("nonsense", "error: \"nonsense\" is not a verb\nSee: hauberk-sidecar --help\n")]
    [InlineData("capture", "error: a verb is missing\nSee: hauberk-sidecar capture --help\n")]
    [InlineData("capture install --uid abc", "error: --uid must be 1 to 4294967294\nSee: hauberk-sidecar capture install --help\n")]
    [InlineData("capture install --uid 1 --ipv6 maybe", "error: --ipv6 must be reject or ignore\nSee: hauberk-sidecar capture install --help\n")]
    [InlineData("run --loops x", "error: --loops must be 1 to 64\nSee: hauberk-sidecar run --help\n")]
    [InlineData("run --drain-ms -5", "error: --drain-ms must be 0 to 3600000\nSee: hauberk-sidecar run --help\n")]
    [InlineData("run --application-address x", "error: --application-address is not an IP address\nSee: hauberk-sidecar run --help\n")]
    [InlineData("run --user a --mark", "error: --user and --mark exclude each other\nSee: hauberk-sidecar run --help\n")]
    public async Task A_wrong_command_line_is_one_clear_line_and_exits_2(string line, string error) =>
        Assert.Equal((ExitCodes.CannotStart, "", error), await RunAsync(line.Split(' ')));

    [Fact]
    public async Task No_arguments_show_help_and_exit_2()
    {
        var (exitCode, output, error) = await RunAsync();
        Assert.Equal((ExitCodes.CannotStart, ""), (exitCode, error));
        Assert.Contains("capture", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_shows_the_command_to_supervise_and_each_default_once()
    {
        var (exitCode, output, _) = await RunAsync("run", "--help");
        Assert.Equal(0, exitCode);
        Assert.Contains("run [options] [-- COMMAND…]", output, StringComparison.Ordinal);
        Assert.All(output.Split("\n  --"), static option => Assert.True(option.Split("efault").Length <= 2, option));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(SidecarExecutable.Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
