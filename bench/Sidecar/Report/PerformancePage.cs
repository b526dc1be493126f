using System.Text;
using Hauberk.Lab;

namespace Hauberk.Sidecar.Benchmarks.Report;

/// <summary>docs/performance.md: the last full run.</summary>
internal static class PerformancePage
{
    private const string Method = """
        # Performance

        What mutual TLS between two sidecars costs, beside HAProxy and nginx in the same run. `./dev bench sidecar` writes this page; the budgets are in
        `bench/Sidecar/budgets.json`, the peers' configurations in `bench/Sidecar/Peers/`.

        ## Method

        * Caller and application are hosts of their own (network namespaces on one bridge); each pair is a proxy beside the caller and a proxy beside the application. wrk (one
          thread) calls, nginx answers 1 KB from memory or a 64 MB file.
        * Hauberk: the published sidecars, joined to a real control plane; mode STRICT, an AuthorizationPolicy that names the caller, access log, flow reports and metrics on.
          There are two pairs: through `tunnel` connections are streams of tunnels that they share, through `plain` they are a TLS connection each, because the server's sidecar runs
          with `--no-tunnels`. The access records of each work must say so, or the run fails.
        * Peers: HAProxy and nginx relaying TCP, no log. `haproxy-mtls` and `nginx-mtls` resume sessions by ticket; `haproxy-mtls-full` makes a full handshake each time.
        * Equal: the hosts. A sidecar takes its traffic transparently, so nftables redirects each connection at both hosts and conntrack follows each of its packets, which costs about
          a tenth; the peers stand behind a redirection at both hosts, too (`capture.nft`), for what is compared is proxies that stand in the same place. `-direct` is the same peer called
          at a local port, in hosts without a rule: nothing that could be a sidecar, but the difference is what capture costs.
        * Not equal: Hauberk's rules are stricter than that one redirection, it decides by policy, and writes records and metrics.
        * Equal for all TLS: TLS 1.3, AES-128-GCM, X25519, ECDSA P-256 certificates with one intermediate. Equal threads: a peer has as many as a sidecar has event loops,
          two in `keep-alive-2-loops`. That and each number of idle connections is measured on proxies started for it.
        * A budget leaves room for a machine's wavering where the measured ratio is near it: it is there to tell a change for the worse.
        * CPU is user plus kernel time of both proxies, all their threads, as the kernel accounts it, over the units of work done. Caller and application do not count.
          On kept-alive connections it counts from when all of them have reached the application.
        * Rounds are interleaved: each passes every pair once, the next in the opposite order. Values are medians over the rounds; spread is half the range of the rounds' ratios
          over their median. CPU per unit withstands a busy machine; latencies and rates do so less.
        * A new connection through a tunnel is nearly all kernel, a full handshake nearly all cryptography: their ratio says how fast the machine encrypts as much as what the proxies
          do, and likewise that to a resumed one. The ratio to `haproxy-plaintext`, which encrypts nothing, does not.
        * Memory is the proportional set size of both proxies: what a number of connections adds, each having carried one request; one pass. `idle-sidecar` is that of one sidecar which has
          just become ready, while no other runs that it could share pages with.
        * `fixed-1000-per-second`: 64 connections in turn, one request due each millisecond, 15 s a round. The slowest hundredth of so light a load is also when the machine's own
          kernel threads, or its host, hold a core, whatever the proxy: what is equal wavers by a quarter from run to run.
        * `beside-stalled-and-bulk`, in twice the rounds: 64 busy keep-alive connections in a tunnel that also carries one whose answer nobody reads and one that takes all it can; the
          same 64 while those two go `elsewhere` (through HAProxy, in plaintext), which is what the tunnel adds; and `alone`, which is mostly what sharing the cores costs.
        * Start to first byte: from starting the caller's sidecar, which finds identity and configuration of its last run on disk, to an answer through it.
        """;

    public static string File { get; } = Path.Combine(Programs.Repository, "docs", "performance.md");

    public static string Of(IReadOnlyList<Row> rows, BenchmarkOptions options, MachineFacts before, MachineFacts after)
    {
        var page = new StringBuilder(Method);
        page.Append("\n\n## Machine\n\n");
        page.Append($"{before.Cores} cores of {before.Processor}; Linux {before.Kernel}; {string.Join("; ", before.Programs)}.\n");
        page.Append($"Load average before {before.LoadAverage}, after {after.LoadAverage}. {options.Rounds} rounds of {options.SecondsPerRound} s, {options.Loops} event loop(s).\n");
        AppendTable(page, "Budgets", rows.Where(row => row.Budget is not null));
        AppendTable(page, "Everything else that was measured", rows.Where(row => row.Budget is null));
        return page.ToString();
    }

    private static void AppendTable(StringBuilder page, string title, IEnumerable<Row> rows)
    {
        page.Append($"\n## {title}\n\n| {string.Join(" | ", TextTable.Heads)} |\n|{string.Concat(Enumerable.Repeat("---|", TextTable.Heads.Length))}\n");
        foreach (var row in rows) page.Append($"| {string.Join(" | ", TextTable.Cells(row))} |\n");
    }
}
