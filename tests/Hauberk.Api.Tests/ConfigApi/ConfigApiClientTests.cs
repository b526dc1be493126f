using System.Text.Json;
using Hauberk.Api.ConfigApi;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Microsoft.AspNetCore.Http;

namespace Hauberk.Api.Tests.ConfigApi;

public sealed class ConfigApiClientTests : IDisposable
{
    private const string Stored = """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"orders","namespace":"shop","resourceVersion":"7","uid":"u","creationTimestamp":"2026-01-01T00:00:00Z"},
         "spec":{"ports":[{"port":80}],"clusterIP":"10.255.0.1"}}
        """;

    private readonly TestAuthority authority = new();
    private static readonly ResourceKind Services = ResourceKinds.Find("Service")!;
    private static readonly ResourceKind Policies = ResourceKinds.Find("PeerAuthentication")!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, "Unauthorized", ApiProblemKind.Unauthenticated)]
    [InlineData(403, "Forbidden", ApiProblemKind.Forbidden)]
    [InlineData(404, "NotFound", ApiProblemKind.NotFound)]
    [InlineData(409, "Conflict", ApiProblemKind.Conflict)]
    [InlineData(410, "Expired", ApiProblemKind.Gone)]
    [InlineData(422, "Invalid", ApiProblemKind.Invalid)]
    [InlineData(500, "InternalError", ApiProblemKind.ServerError)]
    public async Task A_status_becomes_a_problem_with_its_causes(int code, string reason, ApiProblemKind kind)
    {
        var status = $$"""
            {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"{{reason}}","message":"it will not do","code":{{code}},
             "details":{"causes":[{"field":"spec.mtls.mode","reason":"FieldValueInvalid","message":"is no mode"}]} }
            """;
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, status, code));
        using var client = server.Client(authority);
        var answer = await client.GetAsync(Policies, "shop", "default", Cancellation);
        Assert.Equal((kind, code, reason, "it will not do"), (answer.Problem!.Kind, answer.Problem.StatusCode, answer.Problem.Reason, answer.Problem.Message));
        Assert.Equal(new ApiCause("spec.mtls.mode", "FieldValueInvalid", "is no mode"), Assert.Single(answer.Problem.Causes));
    }

    [Theory]
    [InlineData("not json", 500)]
    [InlineData("", 502)]
    [InlineData("[]", 404)]
    [InlineData("""{"message":3,"details":{"causes":"x"}}""", 409)]
    public async Task A_refusal_without_a_usable_status_still_is_a_problem(string body, int code)
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, body, code));
        using var client = server.Client(authority);
        var answer = await client.GetAsync(Policies, "shop", "default", Cancellation);
        Assert.Equal(code, answer.Problem?.StatusCode);
        Assert.Contains($"{code}", answer.Problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_success_that_is_not_json_is_malformed()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, "<html>"));
        using var client = server.Client(authority);
        Assert.Equal(ApiProblemKind.Malformed, (await client.GetVersionAsync(Cancellation)).Problem?.Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_over_the_bound_is_not_read_on(bool isLengthTold)
    {
        await using var server = await TestServer.StartAsync(authority, async (context, _) =>
        {
            if (isLengthTold) context.Response.ContentLength = 1 << 20;
            for (var i = 0; i < 1024 && !context.RequestAborted.IsCancellationRequested; i++) await context.Response.WriteAsync(new string(' ', 1024));
        });
        using var client = server.Client(authority, new ApiLimits { MaxResponseBytes = 10_000 });
        Assert.Equal(ApiProblemKind.TooLarge, (await client.GetVersionAsync(Cancellation)).Problem?.Kind);
    }

    [Fact]
    public async Task Json_nested_too_deep_is_malformed()
    {
        var deep = new string('[', 5000) + new string(']', 5000);
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, deep));
        using var client = server.Client(authority);
        Assert.Equal(ApiProblemKind.Malformed, (await client.GetVersionAsync(Cancellation)).Problem?.Kind);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = server.Client(authority, new ApiLimits { CallTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Equal(ApiProblemKind.TimedOut, (await client.GetVersionAsync(Cancellation)).Problem?.Kind);
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable()
    {
        var server = await TestServer.StartAsync(authority, (_, _) => Task.CompletedTask);
        using var client = server.Client(authority);
        await server.DisposeAsync();
        Assert.Equal(ApiProblemKind.Unreachable, (await client.GetVersionAsync(Cancellation)).Problem?.Kind);
    }

    [Fact]
    public async Task Cancelling_is_not_a_problem_but_the_callers_wish()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = server.Client(authority);
        using var wish = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetVersionAsync(wish.Token));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) =>
        {
            context.Response.Redirect("https://localhost:1/");
            return Task.CompletedTask;
        });
        using var client = server.Client(authority);
        Assert.Equal(ApiProblemKind.ServerError, (await client.GetVersionAsync(Cancellation)).Problem?.Kind);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Warnings_come_with_the_answer()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) =>
        {
            context.Response.Headers.Append("Warning", "299 - \"HBK0019: \\\"x\\\" is not enforced\"");
            context.Response.Headers.Append("Warning", "299 - \"second\"");
            return TestServer.JsonAsync(context, "{}");
        });
        using var client = server.Client(authority);
        Assert.Equal(["HBK0019: \"x\" is not enforced", "second"], (await client.GetVersionAsync(Cancellation)).Warnings);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a?watch=1")]
    [InlineData("a%2fb")]
    [InlineData("a b")]
    public async Task A_name_that_would_lead_elsewhere_is_never_sent(string name)
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, "{}"));
        using var client = server.Client(authority);
        Assert.Equal(ApiProblemKind.Invalid, (await client.GetAsync(Policies, "shop", name, Cancellation)).Problem?.Kind);
        Assert.Equal(ApiProblemKind.Invalid, (await client.DeleteAsync(Policies, name, "x", Cancellation)).Problem?.Kind);
        Assert.Equal(ApiProblemKind.Invalid, (await client.ListAsync(Policies, name, Cancellation)).Problem?.Kind);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Paths_are_those_of_Kubernetes()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, """{"items":[],"metadata":{"resourceVersion":"9"}}"""));
        using var client = server.Client(authority);
        Assert.Equal("9", (await client.ListAsync(Policies, null, Cancellation)).Value!.ResourceVersion);
        await client.ListAsync(Services, "shop", Cancellation);
        await client.GetAsync(ResourceKinds.Find("MeshConfig")!, "", "default", Cancellation);
        await client.DeleteAsync(Services, "shop", "orders", Cancellation);
        Assert.Equal(
            [
                "GET /apis/security.istio.io/v1/peerauthentications",
                "GET /api/v1/namespaces/shop/services",
                "GET /apis/hauberk.dev/v1/meshconfigs/default",
                "DELETE /api/v1/namespaces/shop/services/orders",
            ],
            server.Requests);
    }

    [Fact]
    public async Task Apply_creates_what_is_not_there()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => context.Request.Method == "GET"
            ? TestServer.JsonAsync(context, """{"kind":"Status","reason":"NotFound","message":"no","code":404}""", 404)
            : TestServer.JsonAsync(context, Stored, 201));
        using var client = server.Client(authority);
        var outcome = await client.ApplyAsync(Resource("apiVersion: v1\nkind: Service\nmetadata: {name: orders}\nspec: {ports: [{port: 80}]}"), Cancellation);
        Assert.Equal(ApplyOutcome.Created, outcome.Value);
        Assert.Equal(
            """POST /api/v1/namespaces/default/services {"apiVersion":"v1","kind":"Service","metadata":{"name":"orders","namespace":"default"},"spec":{"ports":[{"port":80}]}}""",
            server.Requests.Last());
    }

    [Theory]
    [InlineData("spec: {ports: [{port: 80}]}", ApplyOutcome.Unchanged)]
    [InlineData("spec: {clusterIP: 10.255.0.1, ports: [{port: 80}]}", ApplyOutcome.Unchanged)]
    [InlineData("spec: {ports: [{port: 80}]}\nstatus: {x: y}", ApplyOutcome.Unchanged)]
    [InlineData("spec: {ports: [{port: 81}]}", ApplyOutcome.Configured)]
    [InlineData("spec: {clusterIP: 10.255.0.2, ports: [{port: 80}]}", ApplyOutcome.Configured)]
    public async Task Apply_writes_only_where_something_differs(string fields, ApplyOutcome expected)
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, Stored));
        using var client = server.Client(authority);
        var resource = Resource($"apiVersion: v1\nkind: Service\nmetadata: {{name: orders, namespace: shop}}\n{fields}");
        Assert.Equal(expected, (await client.ApplyAsync(resource, Cancellation)).Value);
        Assert.Equal(expected == ApplyOutcome.Configured, server.Requests.Any(r => r.StartsWith("PUT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Apply_keeps_the_allocated_address_and_names_the_version_it_replaces()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, Stored));
        using var client = server.Client(authority);
        await client.ApplyAsync(Resource("apiVersion: v1\nkind: Service\nmetadata: {name: orders, namespace: shop, labels: {a: b}}\nspec: {ports: [{port: 80}]}"), Cancellation);
        using var sent = JsonDocument.Parse(server.Requests.Last().Split(' ', 3)[2]);
        Assert.Equal("7", sent.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString());
        Assert.Equal("10.255.0.1", sent.RootElement.GetProperty("spec").GetProperty("clusterIP").GetString());
    }

    [Fact]
    public async Task Apply_goes_on_from_the_newer_object_after_a_conflict()
    {
        var puts = 0;
        await using var server = await TestServer.StartAsync(authority, (context, _) => context.Request.Method == "PUT" && ++puts == 1
            ? TestServer.JsonAsync(context, """{"kind":"Status","reason":"Conflict","message":"changed","code":409}""", 409)
            : TestServer.JsonAsync(context, Stored));
        using var client = server.Client(authority);
        var outcome = await client.ApplyAsync(Resource("apiVersion: v1\nkind: Service\nmetadata: {name: orders, namespace: shop}\nspec: {ports: []}"), Cancellation);
        Assert.Equal(ApplyOutcome.Configured, outcome.Value);
        Assert.Equal(["GET", "PUT", "GET", "PUT"], server.Requests.Select(r => r.Split(' ')[0]));
    }

    [Fact]
    public async Task Apply_gives_up_on_conflicts_without_end()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => context.Request.Method == "PUT"
            ? TestServer.JsonAsync(context, """{"kind":"Status","reason":"Conflict","message":"changed","code":409}""", 409)
            : TestServer.JsonAsync(context, Stored));
        using var client = server.Client(authority);
        var outcome = await client.ApplyAsync(Resource("apiVersion: v1\nkind: Service\nmetadata: {name: orders, namespace: shop}\nspec: {ports: []}"), Cancellation);
        Assert.Equal(ApiProblemKind.Conflict, outcome.Problem?.Kind);
    }

    [Fact]
    public async Task A_watch_gives_events_until_the_server_ends_it()
    {
        await using var server = await TestServer.StartAsync(authority, async (context, _) =>
        {
            await context.Response.WriteAsync("""{"type":"ADDED","object":{"metadata":{"name":"a"}}}""" + "\n" + """{"type":"BOOKM""");
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync("""ARK","object":{}}""" + "\n" + """{"type":"DELETED","object":{}}""" + "\n");
        });
        using var client = server.Client(authority);
        var types = new List<WatchEventType>();
        await foreach (var answer in client.WatchAsync(Services, "shop", "7", Cancellation)) types.Add(answer.Value!.Type);
        Assert.Equal([WatchEventType.Added, WatchEventType.Bookmark, WatchEventType.Deleted], types);
        Assert.Equal("GET /api/v1/namespaces/shop/services?watch=1&allowWatchBookmarks=true&resourceVersion=7", server.Requests.Single());
    }

    [Theory]
    [InlineData("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}""", ApiProblemKind.Gone)]
    [InlineData("""{"type":"NEW","object":{}}""", ApiProblemKind.Malformed)]
    [InlineData("""{"type":"ADDED"}""", ApiProblemKind.Malformed)]
    [InlineData("nonsense", ApiProblemKind.Malformed)]
    public async Task A_watch_ends_with_its_first_problem(string line, ApiProblemKind expected)
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => context.Response.WriteAsync(line + "\n" + line + "\n"));
        using var client = server.Client(authority);
        var problems = new List<ApiProblemKind?>();
        await foreach (var answer in client.WatchAsync(Services, null, "1", Cancellation)) problems.Add(answer.Problem?.Kind);
        Assert.Equal([expected], problems);
    }

    [Fact]
    public async Task A_watch_event_over_the_bound_ends_the_watch()
    {
        await using var server = await TestServer.StartAsync(authority, async (context, _) =>
        {
            for (var i = 0; i < 1000 && !context.RequestAborted.IsCancellationRequested; i++) await context.Response.WriteAsync(new string('x', 1024));
        });
        using var client = server.Client(authority, new ApiLimits { MaxEventBytes = 20_000 });
        var problems = new List<ApiProblemKind?>();
        await foreach (var answer in client.WatchAsync(Services, null, "1", Cancellation)) problems.Add(answer.Problem?.Kind);
        Assert.Equal([ApiProblemKind.TooLarge], problems);
    }

    [Fact]
    public async Task A_join_token_comes_as_a_checked_join_file()
    {
        var joinFile = $$"""
            {"controlPlane":"cp:15012","trustDomain":"cluster.local","workload":"shop/orders-1","serviceAccount":"orders","token":"hbk1.t","trustBundle":{{JsonEncodedText.Encode(authority.RootPem).Quoted()}}}
            """;
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, $$$"""{"status":{"joinFile":{{{joinFile}}}}}""", 201));
        using var client = server.Client(authority);
        var answer = await client.CreateJoinTokenAsync("shop", "orders", "orders-1", TimeSpan.FromHours(1), Cancellation);
        Assert.Equal("hbk1.t", answer.Value?.Token);
        Assert.Equal(
            """POST /apis/hauberk.dev/v1/namespaces/shop/jointokens {"apiVersion":"hauberk.dev/v1","kind":"JoinToken","spec":{"serviceAccount":"orders","workload":"orders-1","expirationSeconds":3600}}""",
            server.Requests.Single());
    }

    [Fact]
    public async Task A_join_file_that_is_not_usable_is_a_problem()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, """{"status":{"joinFile":{"token":"secret"}}}""", 201));
        using var client = server.Client(authority);
        var answer = await client.CreateJoinTokenAsync("shop", "orders", "orders-1", TimeSpan.FromHours(1), Cancellation);
        Assert.Equal(ApiProblemKind.Malformed, answer.Problem?.Kind);
        Assert.DoesNotContain("secret", answer.Problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flows_are_read_with_numbers_in_either_form()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, """
            {"items":[{"spec":{"id":"18","startedUnixMs":1700000000000,"bytesSent":"5","verdict":"deny","rule":"pay/only[0]","sourceWorkload":"shop/web"}},{"spec":null},3]}
            """));
        using var client = server.Client(authority);
        var flows = (await client.ListFlowsAsync(new FlowQuery(5, "pay", "deny"), Cancellation)).Value;
        Assert.Equal(3, flows.Length);
        Assert.Equal((18UL, 5UL, "pay/only[0]"), (flows[0].Id, flows[0].BytesSent, flows[0].Rule));
        Assert.Equal("GET /apis/hauberk.dev/v1/flows?limit=5&namespace=pay&verdict=deny", server.Requests.Single());
    }

    [Fact]
    public async Task Sidecars_are_read_whatever_is_missing()
    {
        await using var server = await TestServer.StartAsync(authority, (context, _) => TestServer.JsonAsync(context, """
            {"items":[{"metadata":{"namespace":"shop","name":"orders-1"},"status":{"connected":true,"identity":"spiffe://x/y","certificateNotAfter":"2026-01-01T00:00:00Z",
             "acknowledged":{"trustBundle":true,"workload":false},"problems":["late"]}},{}]}
            """));
        using var client = server.Client(authority);
        var sidecars = (await client.ListSidecarsAsync(Cancellation)).Value;
        Assert.Equal("shop/orders-1", sidecars[0].Workload);
        Assert.Equal((true, false), (sidecars[0].Acknowledged["trustBundle"], sidecars[0].Acknowledged["workload"]));
        Assert.Equal(["late"], sidecars[0].Problems);
        Assert.Null(sidecars[1].CertificateNotAfter);
    }

    private static Resource Resource(string yaml)
    {
        var read = ResourceReader.Read(yaml, "test.yaml");
        Assert.False(read.HasErrors, string.Join('\n', read.Problems));
        return Assert.Single(read.Resources);
    }

    public void Dispose() => authority.Dispose();
}

file static class JsonText
{
    public static string Quoted(this JsonEncodedText text) => $"\"{text}\"";
}
