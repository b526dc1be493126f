using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Hauberk.CommandLines;
using Hauberk.Identity;

namespace Hauberk.ControlPlane;

/// <summary>The command line.</summary>
internal static class ControlPlaneCommand
{
    public static RootCommand Create(Func<ControlPlaneOptions, Task<int>> run)
    {
        var stateDirectory = new Option<string>("--state-dir") { HelpName = "DIR", Description = "Where everything is kept; made for its owner only.", Required = true };
        var address = new Option<string[]>("--address")
        {
            HelpName = "HOST,…",
            Description = "Host names or IP addresses under which sidecars and operators call, separated by commas.",
            Required = true,
            CustomParser = ParseHosts,
        };
        var trustDomain = new Option<TrustDomain>("--trust-domain")
        {
            HelpName = "NAME",
            Description = "The mesh's trust domain.",
            DefaultValueFactory = static _ => TrustDomain.Parse("cluster.local"),
            CustomParser = ParseTrustDomain,
        };
        var cacerts = new Option<string?>("--cacerts") { HelpName = "DIR", Description = "An authority in Istio's cacerts form; without it one is made." };
        var listen = new Option<IPAddress>("--listen")
        {
            HelpName = "IP",
            Description = "The address to listen on.",
            DefaultValueFactory = static _ => IPAddress.Any,
            CustomParser = ParseAddress,
        };
        var serviceCidr = new Option<IPNetwork>("--service-cidr")
        {
            HelpName = "CIDR",
            Description = "Where virtual addresses of Services are allocated (IPv4).",
            DefaultValueFactory = static _ => IPNetwork.Parse("10.255.0.0/16"),
            CustomParser = ParseNetwork,
        };
        var command = new RootCommand("The control plane of a Hauberk mesh.") { stateDirectory, address, trustDomain, cacerts, listen, serviceCidr };
        command.SetAction(parsed => run(new ControlPlaneOptions
        {
            StateDirectory = parsed.GetRequiredValue(stateDirectory),
            Addresses = parsed.GetRequiredValue(address),
            TrustDomain = parsed.GetRequiredValue(trustDomain),
            AuthorityFolder = parsed.GetValue(cacerts),
            Listen = parsed.GetRequiredValue(listen),
            ServiceNetwork = parsed.GetRequiredValue(serviceCidr),
        }));
        return command;
    }

    private static string[] ParseHosts(ArgumentResult argument)
    {
        string[] hosts = [.. argument.Tokens.SelectMany(static token => CommaList.Split(token.Value))];
        if (hosts.Length == 0) argument.AddError("--address names no host");
        return hosts;
    }

    private static TrustDomain? ParseTrustDomain(ArgumentResult argument)
    {
        if (TrustDomain.TryParse(argument.Tokens.Single().Value, out var trustDomain, out var problem)) return trustDomain;
        argument.AddError(problem.Message);
        return null;
    }

    private static IPAddress? ParseAddress(ArgumentResult argument)
    {
        if (IPAddress.TryParse(argument.Tokens.Single().Value, out var address)) return address;
        argument.AddError($"\"{argument.Tokens.Single().Value}\" is not an IP address");
        return null;
    }

    private static IPNetwork ParseNetwork(ArgumentResult argument)
    {
        if (IPNetwork.TryParse(argument.Tokens.Single().Value, out var network) && Registry.VirtualAddresses.IsUsable(network)) return network;
        argument.AddError($"\"{argument.Tokens.Single().Value}\" is not an IPv4 network between /8 and /29");
        return default;
    }
}
