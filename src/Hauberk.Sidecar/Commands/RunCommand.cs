using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Net;
using Hauberk.CommandLines;

namespace Hauberk.Sidecar.Commands;

/// <summary><c>hauberk-sidecar run</c>: its options, as they are written.</summary>
internal static class RunCommand
{
    private const int DefaultDrainMs = 5000;
    private const int MaxDrainMs = 3_600_000;
    private const int MaxLoops = 64;

    private static readonly Option<string?> JoinFile = new("--join")
    {
        HelpName = "FILE",
        Description = "The join file that `hauberk token create` wrote (0600). Once the workload has joined it may be deleted.",
    };

    private static readonly Option<string?> StateDirectory = new("--state-dir")
    {
        HelpName = "DIR",
        Description = "Where identity and configuration are kept between runs (0700). Default: $STATE_DIRECTORY, or /var/lib/hauberk-sidecar.",
    };

    private static readonly Option<string?> User = new("--user")
    {
        HelpName = "NAME",
        Description = "The user that the proxy becomes when started as root; capture tells its traffic by it.",
    };

    private static readonly Option<bool> Mark = new("--mark")
    {
        Description = "Mark the proxy's sockets instead (needs CAP_NET_ADMIN); for user namespaces that have one user only.",
    };

    private static readonly Option<string?> ApplicationAddress = new("--application-address")
    {
        HelpName = "IP",
        Description = "Call the application here instead of at the address that its clients called.",
    };

    private static readonly Option<bool> NoTunnels = new("--no-tunnels")
    {
        Description = "Take no tunnels (port 15008): others then make one TLS connection for each connection to the workload. Its own connections to others still use theirs.",
    };

    private static readonly Option<string?> InboundPorts = new("--exclude-inbound-ports")
    {
        HelpName = "PORT,…",
        Description = "What `capture install` was told: besides 22 (SSH), not reached through tunnels either.",
    };

    private static readonly Option<bool> CaptureSsh = new("--capture-ssh")
    {
        Description = "What `capture install` was told: tunnels lead to port 22 as to any other.",
    };

    private static readonly Option<string?> AccessLog = new("--access-log")
    {
        HelpName = "FILE|-",
        Description = "Write one line of JSON for each connection; - is standard output.",
    };

    private static readonly Option<int?> Loops = new("--loops")
    {
        HelpName = "N",
        Description = "Event loops, each a thread. Default: one for each core.",
        CustomParser = static argument => NumberOption.Read(argument, 1, MaxLoops),
    };

    private static readonly Option<int> DrainMs = new("--drain-ms")
    {
        HelpName = "N",
        Description = "How long live connections may go on after a request to stop; the last flows then have 2 s more to be reported.",
        DefaultValueFactory = static _ => DefaultDrainMs,
        CustomParser = static argument => NumberOption.Read(argument, 0, MaxDrainMs),
    };

    private static readonly Option<bool> Supervised = new("--supervised") { Hidden = true };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Log more." };

    /// <param name="run">Given what was written, and the arguments before <c>--</c>.</param>
    public static Command Create(Func<RunOptions, Task<int>> run)
    {
        ApplicationAddress.Validators.Add(result =>
            Require(result, IPAddress.TryParse(result.GetValue(ApplicationAddress), out _), "--application-address is not an IP address"));
        InboundPorts.Validators.Add(static result =>
        {
            var problems = new List<string>();
            _ = PortList.Read(result.GetValue(InboundPorts), problems);
            problems.ForEach(result.AddError);
        });
        var command = new Command("run", "Run the sidecar of one workload; with -- COMMAND…, supervise the workload too.")
        {
            JoinFile, StateDirectory, User, Mark, ApplicationAddress, NoTunnels, InboundPorts, CaptureSsh, AccessLog, Loops, DrainMs, Supervised, Verbose,
        };
        command.Validators.Add(static result =>
            Require(result, !(result.GetValue(Mark) && result.GetValue(User) is not null), "--user and --mark exclude each other"));
        var help = new HelpOption();
        help.Action = new UsageWithCommand((SynchronousCommandLineAction)help.Action!);
        command.Options.Add(help);
        command.SetAction((parsed, _) => run(Read(parsed)));
        return command;
    }

    private static RunOptions Read(ParseResult parsed) => new()
    {
        JoinFile = parsed.GetValue(JoinFile),
        StateDirectory = parsed.GetValue(StateDirectory) ?? Environment.GetEnvironmentVariable("STATE_DIRECTORY") ?? "/var/lib/hauberk-sidecar",
        User = parsed.GetValue(User),
        MarksSockets = parsed.GetValue(Mark),
        ApplicationAddress = parsed.GetValue(ApplicationAddress) is { } address ? IPAddress.Parse(address) : null,
        TakesTunnels = !parsed.GetValue(NoTunnels),
        ExcludedInboundPorts = PortList.ReadExclusions(parsed.GetValue(InboundPorts), parsed.GetValue(CaptureSsh), []),
        AccessLog = parsed.GetValue(AccessLog),
        Loops = parsed.GetValue(Loops) ?? Math.Min(Environment.ProcessorCount, MaxLoops),
        DrainMs = parsed.GetValue(DrainMs),
        IsSupervised = parsed.GetValue(Supervised),
        IsVerbose = parsed.GetValue(Verbose),
    };

    private static void Require(System.CommandLine.Parsing.SymbolResult result, bool condition, string otherwise)
    {
        if (!condition)
            result.AddError(otherwise);
    }
}
