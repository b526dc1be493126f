using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Hauberk.ControlPlane.Tests.ConfigApi;

public sealed class ConfigApiTests : IAsyncLifetime
{
    private const string Services = "/api/v1/namespaces/shop/services";
    private const string Policies = "/apis/security.istio.io/v1/namespaces/shop/peerauthentications";
    private const string Entries = "/apis/networking.istio.io/v1/namespaces/shop/serviceentries";
    private const string Strict = """{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"name":"default"},"spec":{"mtls":{"mode":"STRICT"}}}""";
    private RunningControlPlane plane = null!;

    public async ValueTask InitializeAsync() => plane = await RunningControlPlane.StartAsync();

    public ValueTask DisposeAsync() => plane.DisposeAsync();

    [Theory]
    [InlineData("GET", "/api")]
    [InlineData("GET", "/apis")]
    [InlineData("GET", "/apis/security.istio.io/v1")]
    [InlineData("GET", Services)]
    [InlineData("GET", Services + "?watch=1")]
    [InlineData("POST", Services)]
    [InlineData("DELETE", Services + "/orders")]
    [InlineData("PATCH", Services + "/orders")]
    [InlineData("PUT", Services + "/orders")]
    [InlineData("GET", "/apis/hauberk.dev/v1/flows")]
    [InlineData("GET", "/apis/hauberk.dev/v1/sidecars")]
    [InlineData("POST", "/apis/hauberk.dev/v1/namespaces/shop/jointokens")]
    [InlineData("GET", "/no/such/path")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/healthz/")]
    [InlineData("GET", "/healthz/..;/api")]
    public async Task Whoever_shows_no_credential_learns_nothing(string method, string path)
    {
        foreach (var authorization in new[] { null, "Bearer ", "Bearer hbka1.00", "Basic YWRtaW46YWRtaW4=" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var response = await plane.Anonymous.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            var status = await JsonAsync(response);
            Assert.Equal(("Status", "Unauthorized", 401), ((string)status["kind"]!, (string)status["reason"]!, (int)status["code"]!));
        }
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/version")]
    public async Task Health_and_version_need_no_credential(string path) =>
        Assert.Equal(HttpStatusCode.OK, (await plane.Anonymous.GetAsync(path, Cancellation)).StatusCode);

    [Fact]
    public async Task A_resource_can_be_created_read_listed_replaced_and_deleted()
    {
        var created = await plane.ApplyAsync(Policies, Strict);
        Assert.Equal("shop", (string)created["metadata"]!["namespace"]!);
        Assert.NotEmpty((string)created["metadata"]!["uid"]!);
        var got = await GetAsync(Policies + "/default");
        Assert.Equal(created.ToJsonString(), got.ToJsonString());
        var list = await GetAsync(Policies);
        Assert.Equal("PeerAuthenticationList", (string)list["kind"]!);
        Assert.Equal(got.ToJsonString(), Assert.Single(list["items"]!.AsArray())!.ToJsonString());

        got["spec"]!["mtls"]!["mode"] = "PERMISSIVE";
        var (code, updated) = await SendAsync("PUT", Policies + "/default", got.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal("PERMISSIVE", (string)updated["spec"]!["mtls"]!["mode"]!);
        Assert.Equal((string)created["metadata"]!["uid"]!, (string)updated["metadata"]!["uid"]!);
        Assert.NotEqual((string)created["metadata"]!["resourceVersion"]!, (string)updated["metadata"]!["resourceVersion"]!);

        await plane.DeleteAsync(Policies + "/default");
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("GET", Policies + "/default", null)).Code);
    }

    [Fact]
    public async Task All_versions_of_a_kind_are_the_same_resources()
    {
        await plane.ApplyAsync(Policies, Strict);
        var old = await GetAsync("/apis/security.istio.io/v1beta1/namespaces/shop/peerauthentications/default");
        Assert.Equal("security.istio.io/v1beta1", (string)old["apiVersion"]!);
        old["spec"]!["mtls"]!["mode"] = "DISABLE";
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("PUT", "/apis/security.istio.io/v1beta1/namespaces/shop/peerauthentications/default", old.ToJsonString())).Code);
        var now = await GetAsync(Policies + "/default");
        Assert.Equal(("security.istio.io/v1", "DISABLE"), ((string)now["apiVersion"]!, (string)now["spec"]!["mtls"]!["mode"]!));
    }

    [Fact]
    public async Task What_exists_cannot_be_created_again()
    {
        await plane.ApplyAsync(Policies, Strict);
        var (code, status) = await SendAsync("POST", Policies, Strict);
        Assert.Equal((HttpStatusCode.Conflict, "AlreadyExists"), (code, (string)status["reason"]!));
    }

    [Fact]
    public async Task An_update_from_an_old_version_is_a_conflict()
    {
        var created = await plane.ApplyAsync(Policies, Strict);
        await SendAsync("PATCH", Policies + "/default", """{"spec":{"mtls":{"mode":"DISABLE"}}}""", "application/merge-patch+json");
        var (code, status) = await SendAsync("PUT", Policies + "/default", created.ToJsonString());
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (code, (string)status["reason"]!));
        Assert.Equal("DISABLE", (string)(await GetAsync(Policies + "/default"))["spec"]!["mtls"]!["mode"]!);
    }

    [Fact]
    public async Task A_merge_patch_changes_what_it_names_and_removes_what_it_sets_to_null()
    {
        await plane.ApplyAsync(Policies, Strict.Replace("\"name\":\"default\"", "\"name\":\"default\",\"labels\":{\"a\":\"1\",\"b\":\"2\"}", StringComparison.Ordinal));
        var (code, patched) = await SendAsync("PATCH", Policies + "/default", """{"metadata":{"labels":{"a":null,"c":"3"}}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal("""{"b":"2","c":"3"}""", patched["metadata"]!["labels"]!.ToJsonString());
        Assert.Equal("STRICT", (string)patched["spec"]!["mtls"]!["mode"]!);
    }

    [Fact]
    public async Task A_patch_that_names_an_old_version_is_a_conflict_and_one_that_makes_it_invalid_is_refused()
    {
        var created = await plane.ApplyAsync(Policies, Strict);
        await SendAsync("PATCH", Policies + "/default", """{"spec":{"mtls":{"mode":"DISABLE"}}}""", "application/merge-patch+json");
        var old = $$$"""{"metadata":{"resourceVersion":"{{{(string)created["metadata"]!["resourceVersion"]!}}}"},"spec":{"mtls":{"mode":"STRICT"} } }""";
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync("PATCH", Policies + "/default", old, "application/merge-patch+json")).Code);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync("PATCH", Policies + "/default", """{"spec":{"mtls":{"mode":"NO"}}}""", "application/merge-patch+json")).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("PATCH", Policies + "/default", """["no"]""", "application/merge-patch+json")).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("PATCH", Policies + "/default", """{"metadata":{"name":"other"}}""", "application/merge-patch+json")).Code);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync("PATCH", Policies + "/default", "{}", "application/json-patch+json")).Code);
    }

    [Fact]
    public async Task Concurrent_patches_all_count()
    {
        await plane.ApplyAsync(Policies, Strict);
        var codes = await Task.WhenAll(Enumerable.Range(0, 5).Select(i =>
            SendAsync("PATCH", Policies + "/default", $$$"""{"metadata":{"labels":{"l{{{i}}}":"x"} } }""", "application/merge-patch+json")));
        Assert.All(codes, c => Assert.Equal(HttpStatusCode.OK, c.Code));
        Assert.Equal(5, (await GetAsync(Policies + "/default"))["metadata"]!["labels"]!.AsObject().Count);
    }

    [Theory]
    [InlineData(Policies, """{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"name":"x"},"spec":{"mtls":{"mode":"LOOSE"}}}""", "spec.mtls.mode")]
    [InlineData(Policies, """{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"name":"x"},"spec":{"portLevelMtls":{"80":{"mode":"STRICT"}}}}""", "spec.portLevelMtls")]
    [InlineData(Services, """{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"ports":[{"port":70000}]}}""", "spec.ports[0].port")]
    [InlineData(Entries, """{"apiVersion":"networking.istio.io/v1","kind":"ServiceEntry","metadata":{"name":"x"},"spec":{"hosts":["db.bank.svc.cluster.local"],"ports":[{"number":80,"name":"http","protocol":"HTTP"}],"resolution":"NONE"}}""", "spec.hosts[0]")]
    [InlineData("/apis/hauberk.dev/v1/meshconfigs", """{"apiVersion":"hauberk.dev/v1","kind":"MeshConfig","metadata":{"name":"default"},"spec":{"trustDomain":"other.example"}}""", "spec.trustDomain")]
    [InlineData("/apis/networking.istio.io/v1/namespaces/hauberk-system/workloadentries", """{"apiVersion":"networking.istio.io/v1","kind":"WorkloadEntry","metadata":{"name":"x"},"spec":{"address":"10.0.0.1","serviceAccount":"control-plane"}}""", "metadata.namespace")]
    public async Task What_is_invalid_is_refused_with_the_field_that_is_wrong(string path, string json, string field)
    {
        var (code, status) = await SendAsync("POST", path, json);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Invalid"), (code, (string)status["reason"]!));
        Assert.Contains(field, status["details"]!["causes"]!.AsArray().Select(c => (string)c!["field"]!));
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("a%2Fb")]
    [InlineData("a.b")]
    public async Task A_namespace_that_is_no_name_is_refused(string @namespace)
    {
        var (code, _) = await SendAsync("POST", $"/apis/security.istio.io/v1/namespaces/{@namespace}/peerauthentications", Strict);
        Assert.True(code is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest, $"{code}");
        Assert.Empty(await NamesAsync("/apis/security.istio.io/v1/peerauthentications"));
    }

    [Theory]
    [InlineData(Policies, "{", "application/json", HttpStatusCode.BadRequest)]
    [InlineData(Policies, "[]", "application/json", HttpStatusCode.BadRequest)]
    [InlineData(Policies, Strict, "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(Services, Strict, "application/json", HttpStatusCode.BadRequest)]
    [InlineData("/apis/security.istio.io/v1beta1/namespaces/shop/peerauthentications", Strict, "application/json", HttpStatusCode.BadRequest)]
    [InlineData(Policies, """{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"name":"x","namespace":"bank"},"spec":{}}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("/apis/security.istio.io/v9/namespaces/shop/peerauthentications", Strict, "application/json", HttpStatusCode.NotFound)]
    [InlineData("/apis/networking.istio.io/v1/namespaces/shop/virtualservices", "{}", "application/json", HttpStatusCode.NotFound)]
    public async Task What_does_not_fit_its_path_is_refused(string path, string body, string type, HttpStatusCode expected)
    {
        var (code, status) = await SendAsync("POST", path, body, type);
        Assert.Equal(expected, code);
        Assert.Equal("Status", (string)status["kind"]!);
    }

    [Fact]
    public async Task A_body_over_the_bound_is_refused()
    {
        var (code, _) = await SendAsync("POST", Policies, Strict + new string(' ', 1024 * 1024));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, code);
    }

    [Fact]
    public async Task A_cluster_scoped_kind_takes_no_namespace_from_the_query()
    {
        await plane.ApplyAsync("/api/v1/namespaces?ns=evil", """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}""");
        Assert.Equal("shop", (string)(await GetAsync("/api/v1/namespaces/shop"))["metadata"]!["name"]!);
    }

    [Fact]
    public async Task Yaml_is_taken_as_well()
    {
        var (code, _) = await SendAsync("POST", Policies, "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: y}\nspec: {mtls: {mode: STRICT}}\n", "application/yaml");
        Assert.Equal(HttpStatusCode.Created, code);
    }

    [Fact]
    public async Task A_dry_run_answers_and_stores_nothing()
    {
        Assert.Equal(HttpStatusCode.Created, (await SendAsync("POST", Policies + "?dryRun=All", Strict)).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("GET", Policies + "/default", null)).Code);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync("POST", Policies + "?dryRun=All", Strict.Replace("STRICT", "NO", StringComparison.Ordinal))).Code);
    }

    [Theory]
    [InlineData("shop", "there is no Namespace shop")]
    [InlineData("hauberk-system", "goes to istio-system")]
    public async Task What_is_valid_but_worth_a_word_comes_with_a_warning(string @namespace, string word)
    {
        using var content = new StringContent(Strict, Encoding.UTF8, "application/json");
        using var response = await plane.Api.PostAsync(Policies.Replace("shop", @namespace, StringComparison.Ordinal), content, Cancellation);
        var warning = Assert.Single(response.Headers.NonValidated["Warning"]);
        Assert.StartsWith("299 - \"", warning, StringComparison.Ordinal);
        Assert.Contains(word, warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_can_be_narrowed_by_labels_and_names()
    {
        foreach (var (name, tier) in new[] { ("a", "front"), ("b", "back"), ("c", "back") })
            await plane.ApplyAsync(Services, $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}","labels":{"tier":"{{{tier}}}"}},"spec":{"ports":[{"port":80}]}}""");
        Assert.Equal(["b", "c"], await NamesAsync(Services + "?labelSelector=tier%3Dback"));
        Assert.Equal(["a"], await NamesAsync(Services + "?labelSelector=tier!%3Dback"));
        Assert.Equal(["b"], await NamesAsync("/api/v1/services?fieldSelector=metadata.name%3Db"));
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("GET", Services + "?labelSelector=tier+in+(x)", null)).Code);
    }

    [Fact]
    public async Task A_deletion_keeps_to_its_preconditions()
    {
        var created = await plane.ApplyAsync(Policies, Strict);
        var (wrongUid, _) = await SendAsync("DELETE", Policies + "/default", """{"kind":"DeleteOptions","preconditions":{"uid":"no"}}""");
        var (wrongVersion, _) = await SendAsync("DELETE", Policies + "/default", """{"preconditions":{"resourceVersion":"1000000"}}""");
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (wrongUid, wrongVersion));
        var (right, _) = await SendAsync("DELETE", Policies + "/default", $$$"""{"preconditions":{"uid":"{{{(string)created["metadata"]!["uid"]!}}}"}}""");
        Assert.Equal(HttpStatusCode.OK, right);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("DELETE", Policies + "/default", null)).Code);
    }

    [Fact]
    public async Task A_service_gets_a_virtual_address_keeps_it_and_gives_it_back()
    {
        var orders = await plane.AddServiceAsync("shop", "orders", """{"app":"orders"}""");
        var address = (string)orders["spec"]!["clusterIP"]!;
        Assert.True(IPNetwork.Parse("10.255.0.0/16").Contains(IPAddress.Parse(address)));
        var other = await plane.AddServiceAsync("shop", "web", """{"app":"web"}""");
        Assert.NotEqual(address, (string)other["spec"]!["clusterIP"]!);

        // As "apply" sends it: without the address, which the operator never wrote.
        var (code, updated) = await SendAsync("PUT", Services + "/orders", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"orders"},"spec":{"ports":[{"port":81}]}}""");
        Assert.Equal((HttpStatusCode.OK, address), (code, (string)updated["spec"]!["clusterIP"]!));
        var (change, _) = await SendAsync("PATCH", Services + "/orders", """{"spec":{"clusterIP":"10.255.1.1"}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, change);

        await plane.RestartAsync();
        Assert.Equal(address, (string)(await GetAsync(Services + "/orders"))["spec"]!["clusterIP"]!);
        await plane.DeleteAsync(Services + "/orders");
        Assert.Equal(address, (string)(await plane.AddServiceAsync("shop", "orders", "{}"))["spec"]!["clusterIP"]!);
    }

    [Fact]
    public async Task Services_created_at_once_never_share_an_address()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => plane.AddServiceAsync("shop", $"s{i}", "{}")));
        Assert.Equal(40, services.Select(s => (string)s["spec"]!["clusterIP"]!).Distinct().Count());
    }

    [Fact]
    public async Task Two_claims_to_one_address_do_not_both_stand()
    {
        await plane.AddWorkloadAsync("shop", "orders-1", "orders", "10.0.0.4");
        var (code, status) = await SendAsync("POST", "/apis/networking.istio.io/v1/namespaces/rogue/workloadentries",
            """{"apiVersion":"networking.istio.io/v1","kind":"WorkloadEntry","metadata":{"name":"x"},"spec":{"address":"10.0.0.4","serviceAccount":"rogue"}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal("spec.address", (string)status["details"]!["causes"]![0]!["field"]!);
        await plane.DeleteAsync("/apis/networking.istio.io/v1/namespaces/shop/workloadentries/orders-1");
        await plane.AddWorkloadAsync("rogue", "x", "rogue", "10.0.0.4");
    }

    [Theory]
    [InlineData("db.example", "10.0.0.4/32", "spec.addresses[0]")]
    [InlineData("db.example", "10.0.0.0/29", "spec.addresses[0]")]
    [InlineData("db.example", "10.255.3.0/30", "spec.addresses[0]")]
    [InlineData("ORDERS.example", "192.0.2.1", "spec.hosts[0]")]
    [InlineData("orders.example.", "192.0.2.1", "spec.hosts[0]")]
    [InlineData("cart.shop.svc.cluster.local.", "192.0.2.1", "spec.hosts[0]")]
    [InlineData("10.0.0.4", "192.0.2.1", "spec.hosts[0]")]
    public async Task What_is_anothers_is_refused_however_it_is_written(string host, string address, string field)
    {
        string Entry(string host, string address) =>
            $$"""{"apiVersion":"networking.istio.io/v1","kind":"ServiceEntry","metadata":{"name":"x"},"spec":{"hosts":["{{host}}"],"addresses":["{{address}}"],"location":"MESH_INTERNAL","ports":[{"number":80,"name":"http","protocol":"HTTP"}],"resolution":"STATIC"} }""";
        await plane.AddWorkloadAsync("shop", "orders-1", "orders", "10.0.0.4");
        await plane.ApplyAsync("/apis/networking.istio.io/v1/namespaces/shop/serviceentries", Entry("orders.example", "198.51.100.0/24"));
        var (code, status) = await SendAsync("POST", "/apis/networking.istio.io/v1/namespaces/rogue/serviceentries", Entry(host, address));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, field), (code, (string)status["details"]!["causes"]![0]!["field"]!));
    }

    [Fact]
    public async Task A_range_keeps_other_namespaces_out_of_it_until_it_is_gone()
    {
        await plane.ApplyAsync("/apis/networking.istio.io/v1/namespaces/shop/serviceentries",
            """{"apiVersion":"networking.istio.io/v1","kind":"ServiceEntry","metadata":{"name":"x"},"spec":{"hosts":["a.example"],"addresses":["198.51.100.9/24"],"location":"MESH_INTERNAL","ports":[{"number":80,"name":"http","protocol":"HTTP"}],"resolution":"STATIC"}}""");
        var (code, _) = await SendAsync("POST", "/apis/networking.istio.io/v1/namespaces/rogue/workloadentries",
            """{"apiVersion":"networking.istio.io/v1","kind":"WorkloadEntry","metadata":{"name":"x"},"spec":{"address":"198.51.100.77","serviceAccount":"rogue"}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        await plane.DeleteAsync("/apis/networking.istio.io/v1/namespaces/shop/serviceentries/x");
        await plane.AddWorkloadAsync("rogue", "x", "rogue", "198.51.100.77");
    }

    [Fact]
    public async Task Of_claims_made_at_once_one_stands()
    {
        var codes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => SendAsync("POST", $"/apis/networking.istio.io/v1/namespaces/n{i}/workloadentries",
            """{"apiVersion":"networking.istio.io/v1","kind":"WorkloadEntry","metadata":{"name":"x"},"spec":{"address":"10.0.0.4","serviceAccount":"x"}}""")));
        Assert.Single(codes, c => c.Code == HttpStatusCode.Created);
    }

    [Fact]
    public async Task Discovery_names_every_kind_in_every_version()
    {
        Assert.Equal(["v1"], (await GetAsync("/api"))["versions"]!.AsArray().Select(v => (string)v!));
        var groups = (await GetAsync("/apis"))["groups"]!.AsArray().Select(g => (string)g!["name"]!);
        Assert.Equal(["hauberk.dev", "networking.istio.io", "security.istio.io"], groups.Order(StringComparer.Ordinal));
        Assert.Equal("v1", (string)(await GetAsync("/apis/security.istio.io"))["preferredVersion"]!["version"]!);
        var kinds = (await GetAsync("/apis/security.istio.io/v1beta1"))["resources"]!.AsArray().ToDictionary(r => (string)r!["kind"]!, r => (string)r!["shortNames"]![0]!);
        Assert.Equal(("ap", "pa"), (kinds["AuthorizationPolicy"], kinds["PeerAuthentication"]));
        Assert.Contains("services", (await GetAsync("/api/v1"))["resources"]!.AsArray().Select(r => (string)r!["name"]!));
    }

    [Fact]
    public async Task The_admins_kubeconfig_is_for_its_owner_only_and_works_after_a_restart()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(plane.Kubeconfig));
        var before = await File.ReadAllTextAsync(plane.Kubeconfig, Cancellation);
        await plane.RestartAsync();
        Assert.Equal(before, await File.ReadAllTextAsync(plane.Kubeconfig, Cancellation));
        Assert.Equal(HttpStatusCode.OK, (await plane.Api.GetAsync("/api", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task No_token_is_kept_as_it_is()
    {
        var token = File.ReadLines(plane.Kubeconfig).Single(l => l.Contains("token:", StringComparison.Ordinal)).Trim()["token: ".Length..];
        await plane.DisposeAsyncKeepingState();
        foreach (var file in Directory.GetFiles(plane.StateDirectory).Where(f => f != plane.Kubeconfig))
            Assert.DoesNotContain(token["hbka1.".Length..], Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancellation)), StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<string[]> NamesAsync(string path) => [.. (await GetAsync(path))["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!)];

    private async Task<JsonObject> GetAsync(string path)
    {
        var (code, body) = await SendAsync("GET", path, null);
        Assert.Equal(HttpStatusCode.OK, code);
        return body;
    }

    private async Task<(HttpStatusCode Code, JsonObject Body)> SendAsync(string method, string path, string? body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var response = await plane.Api.SendAsync(request, Cancellation);
        return (response.StatusCode, await JsonAsync(response));
    }

    private static async Task<JsonObject> JsonAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!.AsObject();
}
