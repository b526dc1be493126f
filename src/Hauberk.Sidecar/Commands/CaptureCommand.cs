using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Hauberk.CommandLines;
using Hauberk.Sidecar.Capture;
using Hauberk.Sidecar.Supervision;

namespace Hauberk.Sidecar.Commands;

/// <summary><c>hauberk-sidecar capture install|remove|print</c>: transparent capture in the caller's network namespace.</summary>
internal static class CaptureCommand
{
    private const string What =
        "Captured: new TCP connections over IPv4. Not captured: UDP, what was open before, and connections from this host to itself.";

    private static readonly Option<string?> User = new("--user") { HelpName = "NAME", Description = "The sidecar's user: what it sends is not captured." };
    private static readonly Option<uint?> Uid = new("--uid") { HelpName = "N", CustomParser = ReadId, Description = "The same by user id." };
    private static readonly Option<uint?> Gid = new("--gid") { HelpName = "N", CustomParser = ReadId, Description = "The same by group id." };

    private static readonly Option<uint?> Mark = new("--mark")
    {
        HelpName = "N",
        CustomParser = ReadId,
        Description = $"The same by socket mark, for `run --mark`, which uses {OwnTraffic.DefaultMark}.",
    };

    private static readonly Option<string?> InboundPorts = new("--exclude-inbound-ports")
    {
        HelpName = "PORT,…",
        Description = "Not captured on the way in, besides 22 (SSH) and the sidecar's own; say the same to `run`.",
    };

    private static readonly Option<string?> OutboundPorts = new("--exclude-outbound-ports")
    {
        HelpName = "PORT,…",
        Description = "Not captured on the way out, besides 22 (SSH), 15008, 15020 and 15021.",
    };

    private static readonly Option<bool> CaptureSsh = new("--capture-ssh")
    {
        Description = "Capture port 22 both ways like any other; say the same to `run`. A policy may then lock you out.",
    };

    private static readonly Option<string?> OutboundNetworks = new("--exclude-outbound-cidrs")
    {
        HelpName = "CIDR,…",
        Description = "Not captured on the way out.",
    };

    private static readonly Option<string> Ipv6 = new("--ipv6")
    {
        HelpName = "reject|ignore",
        Description = "What happens to new TCP connections over IPv6, which is not captured: refused, so that nothing goes around the mesh, or left alone.",
        DefaultValueFactory = static _ => "reject",
    };

    public static Command Create()
    {
        Ipv6.Validators.Add(static result =>
        {
            if (result.GetValue(Ipv6) is not ("reject" or "ignore"))
                result.AddError("--ipv6 must be reject or ignore");
        });
        return new Command("capture", "Send this network namespace's traffic through the sidecar (nftables).")
        {
            WithRules("install", "Install the rules, in place of those that may be there.", InstallAsync),
            WithRules("print", "Print the rules and change nothing.", PrintAsync),
            Remove(),
        };
    }

    private static Command WithRules(string name, string description, Func<CaptureRules, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description) { User, Uid, Gid, Mark, InboundPorts, OutboundPorts, CaptureSsh, OutboundNetworks, Ipv6 };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var problems = new List<string>();
            var rules = Read(parsed, problems);
            problems.AddRange(rules.Problems());
            return problems.Count == 0 ? await run(rules, cancellationToken) : Refuse(problems);
        });
        return command;
    }

    private static Command Remove()
    {
        var command = new Command("remove", "Remove the rules, whether or not they are there.");
        command.SetAction(static async (_, cancellationToken) =>
            await NftCommand.ApplyAsync(CaptureScript.Remove, cancellationToken) is { } problem ? Refuse([problem]) : ExitCodes.Success);
        return command;
    }

    private static async Task<int> InstallAsync(CaptureRules rules, CancellationToken cancellationToken)
    {
        if (await NftCommand.ApplyAsync(CaptureScript.Install(rules), cancellationToken) is { } problem)
            return Refuse([problem]);
        Console.Out.WriteLine(What);
        Console.Out.WriteLine($"Ports that are not captured: {List(rules.ExcludedInboundPorts, SidecarPorts.All)} on the way in, "
            + $"{List(rules.ExcludedOutboundPorts, CaptureRules.AlwaysExcluded)} on the way out.");
        Console.Out.WriteLine(rules.RejectsIpv6
            ? "TCP over IPv6 is not captured: new connections are refused (--ipv6 ignore leaves them alone)."
            : "TCP over IPv6 is not captured: it goes around the mesh and its policies.");
        return ExitCodes.Success;
    }

    private static string List(ImmutableArray<int> chosen, ImmutableArray<int> always) => string.Join(", ", chosen.Concat(always).Distinct().Order());

    private static Task<int> PrintAsync(CaptureRules rules, CancellationToken cancellationToken)
    {
        Console.Out.Write(CaptureScript.Install(rules));
        return Task.FromResult(ExitCodes.Success);
    }

    // 0 is root's and no mark at all, the last one nobody's.
    private static uint? ReadId(ArgumentResult argument) => NumberOption.Read(argument, 1u, uint.MaxValue - 1);

    private static CaptureRules Read(ParseResult parsed, List<string> problems) => new()
    {
        OwnTraffic = ReadOwnTraffic(parsed, problems),
        ExcludedInboundPorts = PortList.ReadExclusions(parsed.GetValue(InboundPorts), parsed.GetValue(CaptureSsh), problems),
        ExcludedOutboundPorts = PortList.ReadExclusions(parsed.GetValue(OutboundPorts), parsed.GetValue(CaptureSsh), problems),
        ExcludedOutboundNetworks = ReadNetworks(parsed.GetValue(OutboundNetworks), problems),
        RejectsIpv6 = parsed.GetValue(Ipv6) == "reject",
    };

    private static OwnTraffic ReadOwnTraffic(ParseResult parsed, List<string> problems)
    {
        var given = new List<OwnTraffic>();
        if (parsed.GetValue(User) is { } name)
        {
            if (UserAccount.TryFind(name, out var account))
                given.Add(new(OwnTrafficKind.Uid, account!.User));
            else
                problems.Add($"there is no user {Hauberk.Identity.IdentityProblem.Show(name)}");
        }
        if (parsed.GetValue(Uid) is { } uid)
            given.Add(new(OwnTrafficKind.Uid, uid));
        if (parsed.GetValue(Gid) is { } gid)
            given.Add(new(OwnTrafficKind.Gid, gid));
        if (parsed.GetValue(Mark) is { } mark)
            given.Add(new(OwnTrafficKind.Mark, mark));
        if (given.Count != 1 && problems.Count == 0)
            problems.Add("one of --user, --uid, --gid and --mark tells the sidecar's own traffic");
        return given.Count > 0 ? given[0] : new(OwnTrafficKind.Mark, OwnTraffic.DefaultMark);
    }

    private static ImmutableArray<IPNetwork> ReadNetworks(string? list, List<string> problems)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var text in CommaList.Split(list))
        {
            if (IPNetwork.TryParse(text, out var network))
                networks.Add(network);
            else
                problems.Add($"{Hauberk.Identity.IdentityProblem.Show(text)} is not a network in CIDR form");
        }
        return networks.ToImmutable();
    }

    private static int Refuse(IEnumerable<string> problems)
    {
        foreach (var problem in problems)
            Console.Error.WriteLine($"error: {problem}");
        return ExitCodes.CannotStart;
    }
}
