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

    // First in a guard, since it is all that most packets meet.
    private const string OpensConnectionNot = "tcp flags & (fin | syn | rst | ack) != syn";

    // Of the nat chains at one hook the first that translates wins, and at one priority it is the one loaded last that comes first: Docker's, kube-proxy's and
    // iptables' are at -100, so capture is before them whatever the order. What the sidecar sends itself goes on to their rules.
    private const string BeforeForeignTranslation = "priority -101; policy accept;";

    private const string Refuse = "counter reject with tcp reset";

    // This packet's own destination: of one that answers, the tracker's original destination is where it comes from.
    private const string IsTranslated = "ct direction original ct status dnat";

    // At its host, whatever the family: nobody but the redirection below may lead there. The nat hooks come before it.
    private static readonly string RefuseCallsToCapturePorts =
        Invariant($"tcp dport {{ {SidecarPorts.Outbound}, {SidecarPorts.Inbound} }} fib daddr type local reject with tcp reset");

    private static readonly string LeadsToOutbound = Invariant($"ip daddr 127.0.0.1 tcp dport {SidecarPorts.Outbound}");

    /// <summary>Removes the tables whether or not they are there.</summary>
    public static string Remove { get; } = string.Concat(
        Families.Select(static family => $"table {family} {Table} {{}}\ndelete table {family} {Table}\n"));

    // Chains of the type nat see the first packet of a connection alone, and cost the others nothing.
    // They are passed by where the tracker knows of a connection between the same two ports already: from a stray packet that nobody answered, or, for ten
    // seconds, from one that the peer reset. The guards refuse what was not redirected then, and what comes back to the sidecar that it sent itself.
    // A foreign rule may still have come first. So the guards let pass what was translated only where it leads to the sidecar, or where the destination
    // that was called is left alone: what the nat chains would have captured is refused, not carried past the sidecar.
    // A call of this host to itself is left alone whatever translates it: the interface is still the one of the destination that was called.
    // What is only routed through this host is not for its workload: carried by the sidecar, it would go on to anywhere as if sent from here.
    public static string Install(CaptureRules rules) => $$"""
        {{Remove}}table inet {{Table}} {
        {{LeftAlonePorts(rules)}}
          chain outbound {
            type nat hook output {{BeforeForeignTranslation}}
            {{RefuseCallsToCapturePorts}}
            meta nfproto != ipv4 accept
            {{OwnTraffic(rules.OwnTraffic)}} accept
            oifname "lo" accept
            ip daddr 127.0.0.0/8 accept
        {{Networks(rules, AddressFamily.InterNetwork, "ip")}}    tcp dport @left_alone_outbound accept
            {{OpensConnection}} redirect to :{{SidecarPorts.Outbound}}
          }
          chain inbound {
            type nat hook prerouting {{BeforeForeignTranslation}}
            {{RefuseCallsToCapturePorts}}
            meta nfproto != ipv4 accept
            iifname "lo" accept
            fib daddr type != local accept
            tcp dport @left_alone_inbound accept
            {{OpensConnection}} redirect to :{{SidecarPorts.Inbound}}
          }
          chain outbound_guard {
            type filter hook output priority filter; policy accept;
            {{OpensConnectionNot}} accept
            meta l4proto != tcp accept
            meta nfproto != ipv4 accept
            {{OwnTraffic(rules.OwnTraffic)}} ct status dnat {{LeadsToOutbound}} {{Refuse}}
            {{OwnTraffic(rules.OwnTraffic)}} accept
            oifname "lo" accept
            {{IsTranslated}} goto outbound_translated
            ip daddr 127.0.0.0/8 accept
        {{Networks(rules, AddressFamily.InterNetwork, "ip")}}    tcp dport @left_alone_outbound accept
            {{Refuse}}
          }
          chain outbound_translated {
            {{LeadsToOutbound}} accept
        {{TranslatedExclusions(rules, AddressFamily.InterNetwork, "ct original ip")}}
            {{Refuse}}
          }
          chain inbound_guard {
            type filter hook input priority filter; policy accept;
            {{OpensConnectionNot}} accept
            meta l4proto != tcp accept
            meta nfproto != ipv4 accept
            iifname "lo" accept
            {{IsTranslated}} goto inbound_translated
            tcp dport @left_alone_inbound accept
            {{Refuse}}
          }
          chain inbound_translated {
            tcp dport {{SidecarPorts.Inbound}} accept
            meta l4proto tcp ct original proto-dst @left_alone_inbound accept
            {{Refuse}}
          }
        }
        {{(rules.RejectsIpv6 ? RejectIpv6(rules) : "")}}
        """;

    private static string RejectIpv6(CaptureRules rules) => $$"""
        table ip6 {{Table}} {
        {{LeftAlonePorts(rules)}}
          chain outbound {
            type filter hook output priority filter; policy accept;
            {{OpensConnectionNot}} accept
            meta l4proto != tcp accept
            {{OwnTraffic(rules.OwnTraffic)}} accept
            oifname "lo" accept
            {{IsTranslated}} goto outbound_translated
        {{Networks(rules, AddressFamily.InterNetworkV6, "ip6")}}    tcp dport @left_alone_outbound accept
            {{Refuse}}
          }
          chain outbound_translated {
        {{TranslatedExclusions(rules, AddressFamily.InterNetworkV6, "ct original ip6")}}
            {{Refuse}}
          }
          chain inbound {
            type filter hook input priority filter; policy accept;
            {{OpensConnectionNot}} accept
            meta l4proto != tcp accept
            iifname "lo" accept
            {{IsTranslated}} goto inbound_translated
            tcp dport @left_alone_inbound accept
            {{Refuse}}
          }
          chain inbound_translated {
            meta l4proto tcp ct original proto-dst @left_alone_inbound accept
            {{Refuse}}
          }
        }

        """;

    // A connection to one of the sidecar's own ports is answered there (15020, 15021), refused (15001, 15006), or finds
    // nobody; it never comes back to the sidecar as traffic to carry.
    // Sets with names: ports that stand in the rule itself nft cannot read back from its own listing where it compares `ct original proto-dst` with them.
    private static string LeftAlonePorts(CaptureRules rules) => $$"""
          set left_alone_outbound {
            type inet_service
            elements = { {{Ports(rules.ExcludedOutboundPorts, CaptureRules.AlwaysExcluded)}} }
          }
          set left_alone_inbound {
            type inet_service
            elements = { {{Ports(rules.ExcludedInboundPorts, SidecarPorts.All)}} }
          }
        """;

    private static string TranslatedExclusions(CaptureRules rules, AddressFamily family, string keyword) =>
        Networks(rules, family, keyword) + "    meta l4proto tcp ct original proto-dst @left_alone_outbound accept";

    // The socket's mark, not the packet's: foreign rules add bits to that one (kube-proxy, to have it masqueraded) or put another in its place.
    private static string OwnTraffic(OwnTraffic own) => own.Kind switch
    {
        OwnTrafficKind.Uid => Invariant($"meta skuid {own.Number}"),
        OwnTrafficKind.Gid => Invariant($"meta skgid {own.Number}"),
        _ => Invariant($"socket mark {own.Number}"),
    };

    private static string Ports(IEnumerable<int> chosen, IEnumerable<int> always) =>
        string.Join(", ", chosen.Concat(always).Distinct().Order().Select(static p => p.ToString(CultureInfo.InvariantCulture)));

    private static string Networks(CaptureRules rules, AddressFamily family, string keyword) =>
        string.Concat(rules.ExcludedOutboundNetworks
            .Where(network => network.BaseAddress.AddressFamily == family)
            .Select(network => $"    {keyword} daddr {network} accept\n"));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
