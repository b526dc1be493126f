using System.Text.Json;
using Hauberk.Api.Tests.ConfigApi;
using Microsoft.AspNetCore.Http;

namespace Hauberk.Cli.Tests.Commands;

public sealed class GetCommandTests
{
    private const string List = """
        {"kind":"PeerAuthenticationList","metadata":{"resourceVersion":"12"},"items":[
         {"metadata":{"name":"strict","namespace":"pay","resourceVersion":"5","creationTimestamp":"2026-03-04T11:55:00Z"},"spec":{"mtls":{"mode":"STRICT"},"selector":{"matchLabels":{"app":"payments"}},"portLevelMtls":{"9090":{"mode":"DISABLE"}}}},
         {"metadata":{"name":"default","namespace":"istio-system","resourceVersion":"2","creationTimestamp":"2026-03-01T12:00:00Z"},"spec":{"mtls":{"mode":"PERMISSIVE"}}}]}
        """;

    [Theory]
    [InlineData("pa")]
    [InlineData("PeerAuthentication")]
    [InlineData("peerauthentications.security.istio.io")]
    public async Task Kinds_go_by_any_of_their_names(string kind)
    {
        await using var mesh = await TestMesh.StartAsync(("GET /apis/security.istio.io/v1/peerauthentications", List));
        var run = await mesh.RunAsync("get", kind, "-A");
        Assert.Equal(
            """
            NAMESPACE     NAME     MODE        PORTS          SELECTS         AGE
            istio-system  default  PERMISSIVE  -              all             3 d
            pay           strict   STRICT      9090: DISABLE  app=payments  5 min

            """, run.Out);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task The_namespace_is_that_of_the_context_unless_given()
    {
        await using var mesh = await TestMesh.StartAsync();
        await mesh.RunAsync("get", "svc");
        await mesh.RunAsync("get", "svc", "-n", "shop", "orders");
        await mesh.RunAsync("get", "ns");
        Assert.Equal(["GET /api/v1/namespaces/default/services", "GET /api/v1/namespaces/shop/services/orders", "GET /api/v1/namespaces"], mesh.Server.Requests);
    }

    [Fact]
    public async Task An_empty_list_is_said_beside_the_output()
    {
        await using var mesh = await TestMesh.StartAsync(("GET /api/v1/namespaces/default/services", """{"items":[]}"""));
        var run = await mesh.RunAsync("get", "services");
        Assert.Equal((0, "", "There are no services in the namespace default; -A looks into all of them.\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task What_is_not_there_exits_1()
    {
        await using var mesh = await TestMesh.StartAsync();
        var run = await mesh.RunAsync("get", "services", "orders");
        Assert.Equal((1, "", "error: Service orders: not found\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task Json_of_a_list_can_be_applied_again()
    {
        await using var mesh = await TestMesh.StartAsync(("GET /apis/security.istio.io/v1/peerauthentications", List));
        var run = await mesh.RunAsync("get", "pa", "-A", "-o", "json");
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(("v1", "List"), (json.RootElement.GetProperty("apiVersion").GetString(), json.RootElement.GetProperty("kind").GetString()));
        Assert.Equal(["default", "strict"], json.RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("metadata").GetProperty("name").GetString()));
    }

    [Fact]
    public async Task One_object_comes_as_yaml()
    {
        await using var mesh = await TestMesh.StartAsync(("GET /api/v1/namespaces/shop/services/orders",
            """{"apiVersion":"v1","kind":"Service","metadata":{"name":"orders","labels":{"on":"yes","version":"1.10"},"annotations":{}},"spec":{"ports":[{"port":80,"name":"http"}],"clusterIP":"10.255.0.1","x":null}}"""));
        var run = await mesh.RunAsync("get", "svc", "orders", "-n", "shop", "-o", "yaml");
        Assert.Equal(
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: orders
              labels:
                "on": "yes"
                version: "1.10"
              annotations: {}
            spec:
              ports:
              - port: 80
                name: http
              clusterIP: "10.255.0.1"
              x: null

            """, run.Out);
    }

    [Fact]
    public async Task A_watch_shows_the_list_then_changes_and_goes_on_where_it_stood()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var watches = 0;
        await using var mesh = await TestMesh.StartAsync(async (context, _) =>
        {
            if (!context.Request.QueryString.HasValue)
            {
                await TestServer.JsonAsync(context, """{"items":[{"metadata":{"name":"a"}}],"metadata":{"resourceVersion":"5"}}""");
                return;
            }
            watches++;
            if (watches == 3) await enough.CancelAsync();
            var name = watches == 1 ? "b" : "c";
            await context.Response.WriteAsync($$$"""{"type":"MODIFIED","object":{"metadata":{"name":"{{{name}}}","resourceVersion":"{{{6 + watches}}}"} } }""" + "\n");
        });
        var run = await CliRun.Async(["get", "ns", "--watch", "--config", mesh.Kubeconfig], cancellation: enough.Token);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("CHANGE   NAME  AGE\nPRESENT  a       -\nMODIFIED  b       -\nMODIFIED  c       -\n", run.Out, StringComparison.Ordinal);
        Assert.Equal(["5", "7", "8"], mesh.Server.Requests.Skip(1).Select(r => r.Split("resourceVersion=")[1]));
    }
}
