using System.Text.Json;

namespace Hauberk.Cli.Tests.Commands;

public sealed class ExplainCommandTests : IDisposable
{
    private const string Mesh = """
        apiVersion: v1
        kind: Service
        metadata: {name: payments, namespace: pay}
        spec:
          clusterIP: 10.255.0.3
          selector: {app: payments}
          ports: [{name: tcp, port: 80, targetPort: 8080}, {name: http-admin, port: 90}]
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: payments-1, namespace: pay}
        spec: {address: 10.0.0.3, serviceAccount: payments, labels: {app: payments}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: orders-1, namespace: shop}
        spec: {address: 10.0.0.2, serviceAccount: orders, labels: {app: orders}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: web-1, namespace: shop}
        spec: {address: 10.0.0.4, serviceAccount: web, labels: {app: web}}
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: pay}
        spec: {mtls: {mode: STRICT}}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: orders-may-charge, namespace: pay}
        spec:
          rules:
          - from: [{source: {principals: [cluster.local/ns/shop/sa/orders]}}]
        """;

    private readonly string file = Path.GetTempFileName();

    public ExplainCommandTests() => File.WriteAllText(file, Mesh);

    private Task<CliRun> ExplainAsync(string from, string to, int port, params string[] more) =>
        CliRun.Async(["explain", "--from", from, "--to", to, "--port", $"{port}", "-f", file, .. more], cancellation: TestContext.Current.CancellationToken);

    [Fact]
    public async Task What_is_allowed_is_told_with_the_rule_and_exits_0()
    {
        var run = await ExplainAsync("shop/orders-1", "payments.pay", 80);
        Assert.Equal(
            """
            shop/orders-1 (spiffe://cluster.local/ns/shop/sa/orders) calls payments.pay.svc.cluster.local port 80

            pay/payments-1 port 8080: succeeds with mutual TLS
              The client sends mutual TLS of the mesh: the endpoint has a sidecar that takes mTLS.
              Port 8080 of the server is STRICT by pay/default (namespace) and declared tcp.
              The server ends the TLS and demands an identity of the mesh.
              The client accepts the server: the server's identity is one of the service's.
              Allowed: an ALLOW rule matched (pay/orders-may-charge[0]).

            """, run.Out);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task What_is_denied_is_told_with_the_near_miss_and_exits_1()
    {
        var run = await ExplainAsync("shop/web-1", "payments.pay", 80);
        Assert.Contains("pay/payments-1 port 8080: fails\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("principals wants cluster.local/ns/shop/sa/orders, and it was cluster.local/ns/shop/sa/web.\n", run.Out, StringComparison.Ordinal);
        Assert.Equal(1, run.ExitCode);
    }

    [Theory]
    [InlineData("10.0.0.2", "10.255.0.3", 80, 0, "succeeds with mutual TLS")]
    [InlineData("10.0.0.2", "10.0.0.3", 8080, 0, "succeeds with mutual TLS")]
    [InlineData("10.0.0.2", "pay/payments-1", 8080, 0, "succeeds with mutual TLS")]
    [InlineData("10.0.0.9", "pay/payments-1", 8080, 1, "10.0.0.9 (no sidecar, no identity) calls")]
    [InlineData("spiffe://cluster.local/ns/shop/sa/orders", "spiffe://cluster.local/ns/pay/sa/payments", 8080, 0, "succeeds with mutual TLS")]
    [InlineData("payments.pay", "pay/payments-1", 8080, 1, "fails")]
    [InlineData("shop/web-1", "payments.pay", 81, 1, "the service has no such port; it has 80, 90.")]
    [InlineData("shop/web-1", "example.com", 443, 0, "Nothing in the mesh goes by that name")]
    [InlineData("shop/web-1", "192.0.2.1", 443, 0, "Nothing in the mesh goes by that name")]
    public async Task Both_ends_go_by_any_of_their_names(string from, string to, int port, int exitCode, string words)
    {
        var run = await ExplainAsync(from, to, port);
        Assert.Contains(words, run.Out, StringComparison.Ordinal);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("shop/nobody", "payments.pay", "--from shop/nobody: there is no workload shop/nobody; that namespace has shop/orders-1, shop/web-1")]
    [InlineData("none/nobody", "payments.pay", "--from none/nobody: there is no workload none/nobody, nor any other in that namespace")]
    [InlineData("zap", "payments.pay", "--from zap: no service has the host zap")]
    [InlineData("spiffe://X", "payments.pay", "--from spiffe://X: the trust domain")]
    [InlineData("shop/web-1", "pay/x", "--to pay/x: there is no workload pay/x; that namespace has pay/payments-1")]
    [InlineData("shop/web-1", "spiffe://cluster.local/ns/a/sa/b", "--to spiffe://cluster.local/ns/a/sa/b: no workload of the mesh has the identity")]
    public async Task A_name_that_means_nothing_exits_2_and_says_so(string from, string to, string error)
    {
        var run = await ExplainAsync(from, to, 80);
        Assert.StartsWith("error: " + error, run.Error, StringComparison.Ordinal);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
    }

    [Fact]
    public async Task Policies_are_listed_where_they_are_asked_for()
    {
        var run = await ExplainAsync("shop/web-1", "payments.pay", 80, "--policies");
        Assert.EndsWith(
            """
              Policies:
                ALLOW pay/orders-may-charge: did not match
                  rule 0: did not match: from[0].source.principals wants cluster.local/ns/shop/sa/orders, and it was cluster.local/ns/shop/sa/web

            """, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Machines_get_every_step()
    {
        using var json = JsonDocument.Parse((await ExplainAsync("shop/web-1", "payments.pay", 80, "-o", "json")).Out);
        Assert.False(json.RootElement.GetProperty("succeeds").GetBoolean());
        var endpoint = json.RootElement.GetProperty("calls")[0].GetProperty("endpoints")[0];
        Assert.Equal("NoAllowRuleMatched", endpoint.GetProperty("authorization").GetProperty("reason").GetString());
        Assert.Equal("STRICT", endpoint.GetProperty("mode").GetString());
        Assert.Equal("pay/orders-may-charge[0]", endpoint.GetProperty("policies")[0].GetProperty("rules")[0].GetProperty("rule").GetString());
    }

    [Fact]
    public async Task The_running_mesh_is_asked_for_its_configuration_without_files()
    {
        await using var mesh = await TestMesh.StartAsync((context, _) => Hauberk.Api.Tests.ConfigApi.TestServer.JsonAsync(context, context.Request.Path.Value switch
        {
            // As Kubernetes does it: items of a list without kind.
            "/apis/networking.istio.io/v1/workloadentries" => """
                {"items":[{"metadata":{"name":"a","namespace":"n"},"spec":{"address":"10.0.0.2","serviceAccount":"a"}},
                          {"metadata":{"name":"b","namespace":"n"},"spec":{"address":"10.0.0.3","serviceAccount":"b"}}]}
                """,
            _ => """{"items":[]}""",
        }));
        var run = await mesh.RunAsync("explain", "--from", "n/a", "--to", "n/b", "--port", "80");
        Assert.Contains("n/b port 80: succeeds with mutual TLS\n", run.Out, StringComparison.Ordinal);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("", true, "Nothing declares the port. Apply a Service that selects the workload's labels, with port 3306 and an appProtocol: mysql for MySQL")]
    [InlineData("""{"port":3306,"appProtocol":"tcp"}""", true, "Set appProtocol of port 3306 in Service n/db: mysql for MySQL")]
    [InlineData("""{"number":3306,"name":"db","protocol":"TCP"}""", true, "Set protocol of port 3306 in ServiceEntry n/db: mysql for MySQL")]
    [InlineData("""{"port":3306,"appProtocol":"mysql"}""", true, null)]
    [InlineData("", false, null)]
    public async Task A_port_that_was_heard_to_speak_first_is_told_with_what_to_declare(string port, bool isPermissive, string? advice)
    {
        await using var mesh = await TestMesh.StartAsync((context, _) => Hauberk.Api.Tests.ConfigApi.TestServer.JsonAsync(context, context.Request.Path.Value switch
        {
            "/apis/networking.istio.io/v1/workloadentries" =>
                """{"items":[{"metadata":{"name":"db","namespace":"n"},"spec":{"address":"10.0.0.3","serviceAccount":"db","labels":{"app":"db"}}}]}""",
            "/api/v1/services" when port.Contains("appProtocol", StringComparison.Ordinal) =>
                $$$"""{"items":[{"metadata":{"name":"db","namespace":"n"},"spec":{"selector":{"app":"db"},"ports":[{{{port}}}]}}]}""",
            "/apis/networking.istio.io/v1/serviceentries" when port.Contains("number", StringComparison.Ordinal) => $$$"""
                {"items":[{"metadata":{"name":"db","namespace":"n"},"spec":{"hosts":["db.example"],"resolution":"STATIC","workloadSelector":{"labels":{"app":"db"}},"ports":[{{{port}}}]}}]}
                """,
            "/apis/security.istio.io/v1/peerauthentications" when !isPermissive =>
                """{"items":[{"metadata":{"name":"d","namespace":"n"},"spec":{"mtls":{"mode":"DISABLE"}}}]}""",
            "/apis/hauberk.dev/v1/sidecars" =>
                """{"items":[{"metadata":{"namespace":"n","name":"db"},"status":{"serverFirstPorts":[{"port":25},{"port":3306,"lastSeen":"2026-03-04T11:59:00Z"}]}}]}""",
            _ => """{"items":[]}""",
        }));
        string[] question = ["explain", "--from", "10.0.0.9", "--to", "n/db", "--port", "3306"];
        var text = (await mesh.RunAsync(question)).Out;
        Assert.Equal(isPermissive, text.Contains("Port 3306 speaks first (last seen 2026-03-04T11:59:00Z): clients without a sidecar reach it without a wait.", StringComparison.Ordinal));
        Assert.Equal(advice is not null, text.Contains("mysql for MySQL", StringComparison.Ordinal));
        Assert.Contains(advice ?? "", text.ReplaceLineEndings(" "), StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await mesh.RunAsync([.. question, "-o", "json"])).Out);
        var endpoint = json.RootElement.GetProperty("calls")[0].GetProperty("endpoints")[0];
        Assert.Equal(isPermissive, endpoint.TryGetProperty("serverFirst", out var found) && found.GetProperty("lastSeen").GetString() == "2026-03-04T11:59:00Z");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sidecar_that_is_not_there_is_told_of_beside_the_answer(bool isConnected)
    {
        await using var mesh = await TestMesh.StartAsync((context, _) => Hauberk.Api.Tests.ConfigApi.TestServer.JsonAsync(context, context.Request.Path.Value switch
        {
            "/apis/networking.istio.io/v1/workloadentries" =>
                """{"items":[{"metadata":{"name":"web","namespace":"n"},"spec":{"address":"10.0.0.2","serviceAccount":"web"}},{"metadata":{"name":"db","namespace":"n"},"spec":{"address":"10.0.0.3","serviceAccount":"db"}}]}""",
            "/apis/hauberk.dev/v1/sidecars" =>
                $$$"""{"items":[{"metadata":{"namespace":"n","name":"web"},"status":{"connected":true}},{"metadata":{"namespace":"n","name":"db"},"status":{"connected":{{{(isConnected ? "true" : "false")}}}}}]}""",
            _ => """{"items":[]}""",
        }));
        string[] question = ["explain", "--from", "n/web", "--to", "n/db", "--port", "80"];
        var run = await mesh.RunAsync(question);
        Assert.Equal(!isConnected, run.Out.Contains("No sidecar of n/db is connected.", StringComparison.Ordinal));
        Assert.DoesNotContain("No sidecar of n/web", run.Out, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await mesh.RunAsync([.. question, "-o", "json"])).Out);
        Assert.Equal(!isConnected, json.RootElement.GetProperty("calls")[0].GetProperty("endpoints")[0].GetProperty("sidecarAbsent").GetBoolean());
    }

    [Fact]
    public async Task A_mesh_with_something_unreadable_is_not_explained_by_halves()
    {
        await using var mesh = await TestMesh.StartAsync((context, _) => Hauberk.Api.Tests.ConfigApi.TestServer.JsonAsync(context, context.Request.Path.Value switch
        {
            "/apis/security.istio.io/v1/authorizationpolicies" => """{"items":[{"metadata":{"name":"x","namespace":"n"},"spec":{"action":"FORGIVE"}}]}""",
            _ => """{"items":[]}""",
        }));
        var run = await mesh.RunAsync("explain", "--from", "10.0.0.1", "--to", "10.0.0.2", "--port", "80");
        Assert.StartsWith("error: AuthorizationPolicy n/x cannot be read here: spec.action: ", run.Error, StringComparison.Ordinal);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
    }

    public void Dispose() => File.Delete(file);
}
