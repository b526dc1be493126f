using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Hauberk.Api.Enrolment;

namespace Hauberk.Api.Tests.Enrolment;

public sealed class JoinFileTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("hauberk-join-").FullName;

    private static readonly JoinFile Example = new()
    {
        ControlPlane = "mesh.example:15012",
        TrustDomain = "cluster.local",
        Workload = "shop/orders-1",
        ServiceAccount = "orders",
        Token = "hbk1.0011223344556677.c2VjcmV0",
        TrustBundle = RootPem(),
    };

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var path = Path.Combine(directory, "orders.join");
        Example.Write(path);

        Assert.True(JoinFile.TryRead(path, out var read, out var problem), problem);
        Assert.Equal(Example, read);
        Assert.Equal(("shop", "orders-1"), (read.Namespace, read.WorkloadName));
        Assert.Equal(new Uri("https://mesh.example:15012"), read.ControlPlaneUri);
    }

    [Fact]
    public void The_file_is_for_its_owner_only_even_where_an_open_one_stood_before()
    {
        var path = Path.Combine(directory, "orders.join");
        File.WriteAllText(path, "old");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Example.Write(path);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles(directory));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_file_that_others_can_open_is_refused(UnixFileMode open)
    {
        var path = Path.Combine(directory, "orders.join");
        Example.Write(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | open);

        Assert.False(JoinFile.TryRead(path, out _, out var problem));
        Assert.Contains("chmod 600", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_a_problem_not_an_exception() =>
        Assert.False(JoinFile.TryRead(Path.Combine(directory, "none"), out _, out _));

    [Fact]
    public void Fields_of_a_later_version_are_skipped()
    {
        var json = JsonNode.Parse(Example.ToJson())!.AsObject();
        json["region"] = "eu";
        Assert.True(JoinFile.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out var file, out var problem), problem);
        Assert.Equal(Example, file);
    }

    [Theory]
    [InlineData("controlPlane", "mesh.example")]
    [InlineData("controlPlane", "mesh.example:0")]
    [InlineData("controlPlane", "mesh.example:70000")]
    [InlineData("controlPlane", "a/b:15012")]
    [InlineData("controlPlane", "fd00::1:15012")]
    [InlineData("trustDomain", "Cluster.Local")]
    [InlineData("workload", "orders-1")]
    [InlineData("workload", "shop/orders/1")]
    [InlineData("workload", "/orders")]
    [InlineData("workload", "shop/")]
    [InlineData("serviceAccount", "a/b")]
    [InlineData("serviceAccount", "")]
    [InlineData("token", "")]
    [InlineData("token", "something else")]
    [InlineData("trustBundle", "")]
    [InlineData("trustBundle", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void A_field_of_the_wrong_shape_is_named(string field, string value)
    {
        var json = JsonNode.Parse(Example.ToJson())!.AsObject();
        json[field] = value;
        Assert.False(JoinFile.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out var problem));
        Assert.Contains(field, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"token\":\"hbk1.x\",\"token\":\"hbk1.y\"}")]
    [InlineData("{\"token\":{\"secret\":\"hbk1.hidden\"}}")]
    public void Text_of_another_shape_is_refused_without_quoting_it(string json)
    {
        Assert.False(JoinFile.TryParse(Encoding.UTF8.GetBytes(json), out _, out var problem));
        Assert.DoesNotContain("hbk1", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_or_null_field_is_refused()
    {
        foreach (var field in JsonNode.Parse(Example.ToJson())!.AsObject().Select(p => p.Key).ToList())
        {
            var json = JsonNode.Parse(Example.ToJson())!.AsObject();
            json[field] = null;
            Assert.False(JoinFile.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out _), field);
            json.Remove(field);
            Assert.False(JoinFile.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out _, out _), field);
        }
    }

    [Fact]
    public void More_than_the_bound_is_refused()
    {
        var json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Example.ToJson()) + new string(' ', JoinFile.MaxBytes));
        Assert.False(JoinFile.TryParse(json, out _, out _));
    }

    [Fact]
    public void Its_text_form_shows_no_token() => Assert.DoesNotContain("hbk1", Example.ToString(), StringComparison.Ordinal);

    private static string RootPem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var root = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        return root.ExportCertificatePem();
    }
}
