using System.Text;
using CsCheck;
using Hauberk.Api.ConfigApi;

namespace Hauberk.Api.Tests.ConfigApi;

public sealed class KubeconfigTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly string folder = Directory.CreateTempSubdirectory("hauberk").FullName;

    private string Valid => $$"""
        apiVersion: v1
        kind: Config
        current-context: two
        contexts:
        - {name: one, context: {cluster: other, user: nobody} }
        - {name: two, context: {cluster: mesh, user: admin, namespace: shop} }
        clusters:
        - name: mesh
          cluster: {server: "https://10.0.0.1:16443", certificate-authority-data: {{Base64(authority.RootPem)}} }
        users:
        - {name: admin, user: {token: hbka1.secret} }
        """;

    [Fact]
    public void The_current_context_decides()
    {
        var kubeconfig = TestServer.Parse(Valid);
        Assert.Equal(new Uri("https://10.0.0.1:16443"), kubeconfig.Server);
        Assert.Equal("shop", kubeconfig.Namespace);
        Assert.Equal("cluster.local", kubeconfig.Roots.TrustDomain.Name);
        Assert.DoesNotContain("secret", kubeconfig.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_in_json_is_read_too()
    {
        var json = $$"""
            {"kind":"Config","current-context":"c","contexts":[{"name":"c","context":{"cluster":"m","user":"u"} }],
             "clusters":[{"name":"m","cluster":{"server":"https://cp:1","certificate-authority-data":"{{Base64(authority.RootPem)}}",
               "extensions":[{"name":"hauberk.dev/trust-domain","extension":{"trustDomain":"corp.example"} }] } }],
             "users":[{"name":"u","user":{"token":"t"} }] }
            """;
        var kubeconfig = TestServer.Parse(json);
        Assert.Equal(("corp.example", "default"), (kubeconfig.Roots.TrustDomain.Name, kubeconfig.Namespace));
    }

    [Theory]
    [InlineData("kind: Config", "kind: Pod", "kind", "not a kubeconfig")]
    [InlineData("current-context: two", "current-context: three", "contexts", "no entry named \"three\"")]
    [InlineData("current-context: two", "x: y", "current-context", "no current context")]
    [InlineData("current-context: two", "current-context: one", "clusters", "no entry named \"other\"")]
    [InlineData("user: admin", "user: root", "users", "no entry named \"root\"")]
    [InlineData("https://10.0.0.1:16443", "http://10.0.0.1:16443", "clusters[0].cluster.server", "https://HOST:PORT")]
    [InlineData("https://10.0.0.1:16443", "https://a:b@10.0.0.1:16443", "clusters[0].cluster.server", "https://HOST:PORT")]
    [InlineData("https://10.0.0.1:16443", "https://10.0.0.1:16443/path", "clusters[0].cluster.server", "https://HOST:PORT")]
    [InlineData("{server:", "{insecure-skip-tls-verify: true, server:", "clusters[0].cluster.insecure-skip-tls-verify", "always verified")]
    [InlineData("{server:", "{proxy-url: \"http://p\", server:", "clusters[0].cluster.proxy-url", "not supported")]
    [InlineData("{server:", "{extensions: 3, server:", "clusters[0].cluster.extensions", "a list is expected")]
    [InlineData("certificate-authority-data:", "x:", "clusters[0].cluster", "certificate-authority-data is missing")]
    [InlineData("certificate-authority-data: ", "certificate-authority-data: '%' #", "clusters[0].cluster.certificate-authority-data", "not base64")]
    [InlineData("certificate-authority-data: ", "certificate-authority-data: aGk= #", "clusters[0].cluster.certificate-authority-data", "no certificate")]
    [InlineData("{token: hbka1.secret}", "{}", "users[0].user", "no token and no client certificate")]
    [InlineData("{token: hbka1.secret}", "{exec: {command: x}}", "users[0].user", "\"exec\" is not supported")]
    [InlineData("{token: hbka1.secret}", "{token: \"hbka1.se cret\"}", "users[0].user.token", "visible ASCII")]
    [InlineData("{token: hbka1.secret}", "{token: \"a\\r\\nX-Evil: secret\"}", "users[0].user.token", "visible ASCII")]
    [InlineData("{token: hbka1.secret}", "{token: \"\"}", "users[0].user.token", "visible ASCII")]
    [InlineData("{token: hbka1.secret}", "{token: [secret]}", "users[0].user.token", "text is expected")]
    [InlineData("{token: hbka1.secret}", "{client-key-data: c2VjcmV0}", "users[0].user", "go together")]
    [InlineData("{token: hbka1.secret}", "{client-certificate-data: aGk=, client-key-data: c2VjcmV0}", "users[0].user.client-certificate-data", "cannot be read")]
    [InlineData("users:", "contexts:", "", "given twice")]
    public void What_cannot_be_used_is_refused_with_its_place(string find, string replace, string field, string message)
    {
        // A comment runs to the end of its line; the closing brace moves behind the line.
        var yaml = replace.EndsWith('#') ? Valid.Replace(find, replace, StringComparison.Ordinal).Replace("users:", "  }\nusers:", StringComparison.Ordinal)
            : Valid.Replace(find, replace, StringComparison.Ordinal);
        Assert.NotEqual(Valid, yaml);
        Assert.False(Kubeconfig.TryParse(Encoding.UTF8.GetBytes(yaml), "file", out _, out var problem));
        Assert.Equal(field, problem.Field);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal("file", problem.Position.File);
    }

    [Fact]
    public void A_file_of_the_owners_is_read()
    {
        Assert.True(Kubeconfig.TryLoad(Write("config", Valid, ownerOnly: true), out var kubeconfig, out var problem), problem?.ToString());
        Assert.Equal("shop", kubeconfig.Namespace);
    }

    [Fact]
    public void A_file_that_others_can_read_is_refused_with_the_remedy()
    {
        var path = Write("config", Valid, ownerOnly: false);
        Assert.False(Kubeconfig.TryLoad(path, out _, out var problem));
        Assert.Contains($"chmod 600 {path}", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_problems()
    {
        Assert.False(Kubeconfig.TryLoad(Path.Combine(folder, "none", "config"), out _, out var missing));
        Assert.Contains("no such file", missing.Message, StringComparison.Ordinal);
        Assert.False(Kubeconfig.TryLoad(folder, out _, out var directory));
        Assert.Contains("cannot be read", directory.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_end_is_refused()
    {
        var path = Path.Combine(folder, "endless");
        File.CreateSymbolicLink(path, "/dev/zero");
        var yaml = Valid.Replace("token: hbka1.secret", "client-certificate: endless, client-key-data: aGk=", StringComparison.Ordinal);
        Assert.False(Kubeconfig.TryLoad(Write("config", yaml, ownerOnly: true), out _, out var problem));
        Assert.Contains("larger than", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_file_beside_the_kubeconfig_is_read_if_it_is_private()
    {
        var yaml = Valid.Replace("token: hbka1.secret", "tokenFile: token", StringComparison.Ordinal);
        var path = Write("config", yaml, ownerOnly: true);
        Write("token", "hbka1.other\n", ownerOnly: false);
        Assert.False(Kubeconfig.TryLoad(path, out _, out var problem));
        Assert.Contains("chmod 600", problem.Message, StringComparison.Ordinal);
        Write("token", "hbka1.other\n", ownerOnly: true);
        Assert.True(Kubeconfig.TryLoad(path, out var kubeconfig, out problem), problem?.ToString());
        Assert.Equal("hbka1.other", kubeconfig.Token);
    }

    [Fact]
    public void No_text_makes_reading_throw_or_shows_the_token()
    {
        var valid = Valid;
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Int[0, 12], Gen.String[0, 8]).Sample((at, cut, put) =>
        {
            var yaml = valid[..at] + put + valid[Math.Min(valid.Length, at + cut)..];
            if (Kubeconfig.TryParse(Encoding.UTF8.GetBytes(yaml), "file", out var kubeconfig, out var problem))
                Assert.Equal("https", kubeconfig.Server.Scheme);
            else
                Assert.DoesNotContain("hbka1.secret", problem.ToString(), StringComparison.Ordinal);
        }, iter: 2000);
    }

    private string Write(string name, string text, bool ownerOnly)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        var owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(path, ownerOnly ? owner : owner | UnixFileMode.OtherRead);
        return path;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
