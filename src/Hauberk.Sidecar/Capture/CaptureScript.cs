using System.Globalization;
using System.Net.Sockets;

namespace Hauberk.Sidecar.Capture;

/// <summary>The nftables script of <see cref="CaptureRules"/>. One transaction: it takes effect whole or not at all, whatever was there before.</summary>
internal static class CaptureScript
{
    public const string Table = "hauberk";

    // Rules for IPv6 alone have a table of their own, so that no packet of IPv4 passes by them.
    private static readonly string[] Families = ["inet", "ip6"];

    // Only the packet that opens a connection is redirected: a connection older than the rules goes on as it is.
    private const string OpensConnection = "tcp flags & (fin | syn | rst | ack) == syn";

    private const string OpensConnectionNot = "tcp flags & (fin | syn | rst | ack) != syn";

    // At its host, whatever the family: nobody but the redirection below may lead there. The nat hooks come before it.
    private static readonly string RefuseCallsToCapturePorts =
        Invariant($"tcp dport {{ {SidecarPorts.Outbound}, {SidecarPorts.Inbound} }} fib daddr type local reject with tcp reset");

    /// <summary>Removes the tables whether or not they are there.</summary>
    public static string Remove { get; } = string.Concat(
        Families.Select(static family => $"table {family} {Table} {{}}\ndelete table {family} {Table}\n"));

    // Chains of the type nat see the first packet of a connection alone, and cost the others nothing.
    // They are passed by where the tracker knows of a connection between the same two ports already: from a stray packet that nobody answered, or, for ten
    // seconds, from one that the peer reset. The guards refuse what was not redirected then, and what comes back to the sidecar that it sent itself.
    // What is only routed through this host is not for its workload: carried by the sidecar, it would go on to anywhere as if sent from here.
    public static string Install(CaptureRules rules) => $$"""
        {{Remove}}table inet {{Table}} {
          chain outbound {
            type nat hook output priority -100; policy accept;
            {{RefuseCallsToCapturePorts}}
            meta nfproto != ipv4 accept
            {{OwnTraffic(rules.OwnTraffic)}} accept
            oifname "lo" accept
            ip daddr 127.0.0.0/8 accept
        {{Networks(rules, AddressFamily.InterNetwork, "ip")}}    tcp dport {{Ports(OutboundExclusions(rules))}} accept
            {{OpensConnection}} redirect to :{{SidecarPorts.Outbound}}
          }
          chain inbound {
            type nat hook prerouting priority dstnat; policy accept;
            {{RefuseCallsToCapturePorts}}
            meta nfproto != ipv4 accept
            iifname "lo" accept
            fib daddr type != local accept
            tcp dport {{Ports(InboundExclusions(rules))}} accept
            {{OpensConnection}} redirect to :{{SidecarPorts.Inbound}}
          }
          chain outbound_guard {
            type filter hook output priority filter; policy accept;
            meta l4proto != tcp accept
            {{OpensConnectionNot}} accept
            meta nfproto != ipv4 accept
            {{OwnTraffic(rules.OwnTraffic)}} ct status dnat tcp dport {{SidecarPorts.Outbound}} reject with tcp reset
            {{OwnTraffic(rules.OwnTraffic)}} accept
            oifname "lo" accept
            ip daddr 127.0.0.0/8 accept
        {{Networks(rules, AddressFamily.InterNetwork, "ip")}}    tcp dport {{Ports(OutboundExclusions(rules))}} accept
            ct status dnat accept
            reject with tcp reset
          }
          chain inbound_guard {
            type filter hook input priority filter; policy accept;
            meta l4proto != tcp accept
            {{OpensConnectionNot}} accept
            meta nfproto != ipv4 accept
            iifname "lo" accept
            tcp dport {{Ports(InboundExclusions(rules))}} accept
            ct status dnat accept
            reject with tcp reset
          }
        }
        {{(rules.RejectsIpv6 ? RejectIpv6(rules) : "")}}
        """;

    private static string RejectIpv6(CaptureRules rules) => $$"""
        table ip6 {{Table}} {
          chain outbound {
            type filter hook output priority filter; policy accept;
            {{OwnTraffic(rules.OwnTraffic)}} accept
            oifname "lo" accept
        {{Networks(rules, AddressFamily.InterNetworkV6, "ip6")}}    tcp dport {{Ports(OutboundExclusions(rules))}} accept
            {{OpensConnection}} reject with tcp reset
          }
          chain inbound {
            type filter hook input priority filter; policy accept;
            iifname "lo" accept
            tcp dport {{Ports(InboundExclusions(rules))}} accept
            {{OpensConnection}} reject with tcp reset
          }
        }

        """;

    private static string OwnTraffic(OwnTraffic own) => own.Kind switch
    {
        OwnTrafficKind.Uid => Invariant($"meta skuid {own.Number}"),
        OwnTrafficKind.Gid => Invariant($"meta skgid {own.Number}"),
        _ => Invariant($"meta mark {own.Number}"),
    };

    private static IEnumerable<int> OutboundExclusions(CaptureRules rules) =>
        rules.ExcludedOutboundPorts.Concat(CaptureRules.AlwaysExcluded);

    // A connection to one of the sidecar's own ports is answered there (15020, 15021), refused (15001, 15006), or finds
    // nobody; it never comes back to the sidecar as traffic to carry.
    private static IEnumerable<int> InboundExclusions(CaptureRules rules) => rules.ExcludedInboundPorts.Concat(SidecarPorts.All);

    private static string Ports(IEnumerable<int> ports) =>
        $"{{ {string.Join(", ", ports.Distinct().Order().Select(static p => p.ToString(CultureInfo.InvariantCulture)))} }}";

    private static string Networks(CaptureRules rules, AddressFamily family, string keyword) =>
        string.Concat(rules.ExcludedOutboundNetworks
            .Where(network => network.BaseAddress.AddressFamily == family)
            .Select(network => $"    {keyword} daddr {network} accept\n"));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
