using System.Text;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Testing;

namespace Hauberk.Policy.Tests.Testing;

public sealed class PolicyTestRunnerTests
{
    private const string Head = """
        apiVersion: hauberk.dev/v1
        kind: PolicyTest
        metadata: {name: t}
        spec:
          resources: |
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: only-shop, namespace: pay}
            spec: {rules: [{from: [{source: {namespaces: [shop]}}]}]}
          cases:

        """;

    private static PolicyTestFile Read(string cases, string head = Head, Func<string, ReadResult>? load = null) =>
        PolicyTestReader.Read(Encoding.UTF8.GetBytes(head + cases), "t.yaml", load ?? (_ => new([], [])));

    private static PolicyTestResult Run(string @case)
    {
        var file = Read("  - " + @case);
        Assert.False(file.HasErrors, string.Join('\n', file.Problems));
        return Assert.Single(PolicyTestRunner.Run(Assert.Single(file.Tests)));
    }

    private const string Ask = "authorize: {to: {namespace: pay, port: 1, protocol: tcp}, from: {principal: td/ns/shop/sa/a}}";

    [Fact]
    public void A_case_that_holds_passes_and_names_the_rule() => Assert.Equal(
        new("t.yaml", "t", "c", true, "ALLOW by pay/only-shop", "ALLOW", "pay/only-shop[0]", "Because an ALLOW rule matched."),
        Run($"{{name: c, {Ask}, expect: ALLOW, expectRule: pay/only-shop}}"));

    [Fact]
    public void A_wrong_answer_fails_and_says_what_came()
    {
        var result = Run("{name: c, authorize: {to: {namespace: pay, port: 1, protocol: tcp}}, expect: ALLOW}");
        Assert.Equal((false, "ALLOW", "DENY", null), (result.Passed, result.Expected, result.Actual, result.Rule));
        Assert.Contains("from[0].source.namespaces wants shop, and it was absent", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pay/only")]
    [InlineData("pay/only-shop[1]")]
    public void The_right_answer_by_another_rule_fails(string rule) =>
        Assert.False(Run($"{{name: c, {Ask}, expect: ALLOW, expectRule: '{rule}'}}").Passed);

    [Theory]
    [InlineData("{outcome: accept}", true)]
    [InlineData("{outcome: accept, handledAs: tcp}", true)]
    [InlineData("{outcome: accept, handledAs: http}", false)]
    [InlineData("{outcome: accept, color: red}", false)]
    [InlineData("accept", false)]
    public void Only_the_keys_that_are_given_compare(string expected, bool passes) => Assert.Equal(passes,
        Run($"{{name: c, inbound: {{workload: {{namespace: pay}}, port: 1, wire: plaintext, app: tcp}}, expect: {expected}}}").Passed);

    [Fact]
    public void A_question_without_an_answer_fails_even_where_error_is_expected()
    {
        var result = Run("{name: c, peerAccepted: {workload: {namespace: pay}, port: 1, peer: 'spiffe://UPPER/x'}, expect: error}");
        Assert.Equal((false, "error"), (result.Passed, result.Actual));
    }

    [Theory]
    [InlineData("{name: c, expect: ALLOW}", "exactly one")]
    [InlineData("{name: c, mode: {workload: {namespace: a}, port: 1}, protocol: {port: 1}, expect: auto}", "exactly one")]
    [InlineData("{name: c, mode: {workload: {namespace: a}, port: 1, color: red}, expect: STRICT}", "\"color\" is not known")]
    [InlineData("{name: c, mode: {workload: {}, port: 1}, expect: STRICT}", "\"namespace\" is required")]
    [InlineData("{name: c, mode: {port: 1}, expect: STRICT}", "\"workload\" is required")]
    [InlineData("{name: c, mode: {workload: {namespace: a}, port: 1}}", "expects")]
    [InlineData("{name: c, inbound: {workload: {namespace: a}, port: 1, wire: smoke, app: tcp}, expect: {outcome: accept}}", "\"smoke\"")]
    [InlineData("{mode: {workload: {namespace: a}, port: 1}, expect: STRICT}", "\"name\" is required")]
    public void A_case_that_is_not_understood_is_an_error_of_its_file(string @case, string message)
    {
        var file = Read("  - " + @case);
        Assert.Empty(file.Tests);
        Assert.Contains(file.Problems, p => p.Message.Contains(message, StringComparison.Ordinal) && p.Position.Line > 0);
    }

    [Fact]
    public void A_name_used_twice_is_an_error() =>
        Assert.True(Read("  - {name: c, protocol: {port: 1}, expect: auto}\n  - {name: c, protocol: {port: 1}, expect: auto}").HasErrors);

    [Fact]
    public void Files_are_read_by_the_caller_and_their_errors_count()
    {
        const string WithFiles = "apiVersion: hauberk.dev/v1\nkind: PolicyTest\nmetadata: {name: t}\nspec:\n  files: [../policies/]\n  cases: [{name: c, mode: {workload: {namespace: pay}, port: 1}, expect: STRICT}]";
        string? asked = null;
        var file = Read("", WithFiles, path =>
        {
            asked = path;
            return ResourceReader.Read("apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: p, namespace: pay}\nspec: {mtls: {mode: STRICT}}", path);
        });
        Assert.Equal("../policies/", asked);
        Assert.True(PolicyTestRunner.Run(file.Tests[0])[0].Passed);
        Assert.True(Read("", WithFiles, path => ResourceReader.Read("kind: [", path)).HasErrors);
    }

    [Fact]
    public void Resources_that_admission_would_refuse_are_refused_here() => Assert.True(Read("""
          - {name: c, protocol: {port: 1}, expect: auto}
        """, Head.Replace("spec: {rules: [{from: [{source: {namespaces: [shop]}}]}]}", "spec: {action: DENY}", StringComparison.Ordinal)).HasErrors);
}
