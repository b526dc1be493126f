namespace Hauberk.Cli.Tests;

public sealed class CommandLineTests
{
    private static Task<CliRun> RunAsync(params string[] args) => CliRun.Async(args, cancellation: TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("applly", "error: \"applly\" is not a verb\nSee: hauberk --help\n")]
    [InlineData("token", "error: a verb is missing\nSee: hauberk token --help\n")]
    [InlineData("token make", "error: \"make\" is not a verb\nSee: hauberk token --help\n")]
    [InlineData("get", "error: Required argument 'KIND' missing for command: 'get'\nSee: hauberk get --help\n")]
    [InlineData("get pa -o xml", "error: --output must be table, json or yaml, not \"xml\"\nSee: hauberk get --help\n")]
    [InlineData("get pa x -A", "error: a NAME and --all-namespaces exclude each other\nSee: hauberk get --help\n")]
    [InlineData("get pa --watch -o yaml", "error: --watch writes tables or json\nSee: hauberk get --help\n")]
    [InlineData("delete", "error: either KIND and NAME or -f FILE is needed\nSee: hauberk delete --help\n")]
    [InlineData("delete pa", "error: either KIND and NAME or -f FILE is needed\nSee: hauberk delete --help\n")]
    [InlineData("delete pa x -f y", "error: either KIND and NAME or -f FILE is needed\nSee: hauberk delete --help\n")]
    [InlineData("flows --limit 0", "error: --limit must be 1 to 5000\nSee: hauberk flows --help\n")]
    [InlineData("flows --limit x", "error: --limit must be 1 to 5000\nSee: hauberk flows --help\n")]
    [InlineData("apply", "error: Option '--filename' is required\nSee: hauberk apply --help\n")]
    [InlineData("get @file", "error: \"@file\" is not a kind of resource\n")]
    public async Task A_wrong_command_line_is_one_clear_line_and_exits_2(string line, string error)
    {
        var run = await RunAsync(line.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith(error, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("explain --bogus", "explain")]
    [InlineData("get --bogus", "get")]
    [InlineData("get svc --bogus", "get")]
    [InlineData("get --bogus -- svc", "get")]
    [InlineData("delete svc --bogus", "delete")]
    [InlineData("delete svc --bogus -f x", "delete")]
    [InlineData("test --bogus", "test")]
    [InlineData("test policies --bogus", "test")]
    public async Task An_unknown_option_is_never_taken_for_a_name(string line, string verb)
    {
        var run = await RunAsync(line.Split(' '));
        var error = $"error: Unrecognized command or argument '--bogus'\nSee: hauberk {verb} --help\n";
        Assert.Equal((2, "", error), (run.ExitCode, run.Out, run.Error));
    }

    [Theory]
    [InlineData("test -- --bogus", "error: --bogus: there is no such file or folder\n")]
    [InlineData("get -- --bogus", "error: \"--bogus\" is not a kind of resource\n")]
    [InlineData("test -", "error: there is no PolicyTest in -\n")]
    [InlineData("flows --limit -5", "error: --limit must be 1 to 5000\n")]
    [InlineData("delete -f -x -- pa", "error: either KIND and NAME or -f FILE is needed\n")]
    public async Task A_dash_begins_no_option_behind_two_dashes_or_alone_or_as_a_value(string line, string error) =>
        Assert.StartsWith(error, (await RunAsync(line.Split(' '))).Error, StringComparison.Ordinal);

    [Fact]
    public async Task No_arguments_show_help_and_exit_2()
    {
        var run = await RunAsync();
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("apply", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get --help")]
    [InlineData("get svc --bogus --help")]
    public async Task Help_exits_0(string line) => Assert.Equal(0, (await RunAsync(line.Split(' '))).ExitCode);

    [Fact]
    public async Task A_default_is_shown_as_it_is_written() =>
        Assert.Contains("[default: 1h]", (await RunAsync("token", "create", "--help")).Out, StringComparison.Ordinal);

    [Theory]
    [InlineData("apply")]
    [InlineData("delete")]
    public async Task A_file_without_a_resource_is_an_error_and_nothing_is_asked(string verb)
    {
        var run = await CliRun.Async([verb, "-f", "-"], "# nothing yet\n", cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((2, "", "error: there is no resource in what -f names\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task The_version_is_told_to_people_and_machines()
    {
        Assert.Matches(@"^hauberk \d+\.\d+\.\d+\n$", (await RunAsync("version")).Out);
        Assert.Equal((await RunAsync("version")).Out, (await RunAsync("--version")).Out);
        Assert.Matches("\"version\": \"\\d+\\.\\d+\\.\\d+\"", (await RunAsync("version", "-o", "json")).Out);
    }

    [Fact]
    public async Task A_missing_kubeconfig_says_where_to_get_one()
    {
        var run = await RunAsync("status", "--config", "/nonexistent/config");
        Assert.Equal(
            (2, "", """
                error: /nonexistent/config: there is no such file
                Copy admin.kubeconfig from the control plane's state directory, then name it with --config FILE or in $HAUBERK_CONFIG.

                """),
            (run.ExitCode, run.Out, run.Error));
    }

    [Theory]
    [InlineData("named", "env", "/xdg", "named")]
    [InlineData(null, "env", "/xdg", "env")]
    [InlineData(null, null, "/xdg", "/xdg/hauberk/config")]
    [InlineData(null, "", null, "/home/a/.config/hauberk/config")]
    public void The_kubeconfig_is_looked_for_in_order(string? option, string? variable, string? xdg, string expected) =>
        Assert.Equal(expected, Session.PathOf(option, name => name switch
        {
            "HAUBERK_CONFIG" => variable,
            "XDG_CONFIG_HOME" => xdg,
            "HOME" => "/home/a",
            _ => null,
        }));

    [Theory]
    [InlineData("1", "xterm", false)]
    [InlineData("", "xterm", true)]
    [InlineData(null, "xterm-256color", true)]
    [InlineData(null, "dumb", false)]
    [InlineData(null, null, false)]
    public void Colour_is_a_matter_of_the_terminal_and_of_NO_COLOR(string? noColor, string? term, bool expected) =>
        Assert.Equal(expected, Terminal.WantsColor(name => name == "NO_COLOR" ? noColor : term));
}
