namespace Hauberk.Cli.Tests.Commands;

public sealed class DeleteCommandTests
{
    private const string Files = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: orders, namespace: shop}
        spec: {ports: [{port: 80}]}
        """;

    [Fact]
    public async Task One_resource_goes_by_kind_and_name()
    {
        await using var mesh = await TestMesh.StartAsync(("DELETE /api/v1/namespaces/shop/services/orders", "{}"));
        var run = await mesh.RunAsync("delete", "svc", "orders", "-n", "shop");
        Assert.Equal((0, "Service shop/orders deleted\n", ""), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task Files_are_deleted_in_the_order_opposite_to_apply()
    {
        await using var mesh = await TestMesh.StartAsync(
            ("DELETE /api/v1/namespaces/shop/services/orders", "{}"), ("DELETE /api/v1/namespaces/shop", "{}"));
        var run = await mesh.RunAsync("delete", "-f", mesh.File("all.yaml", Files));
        Assert.Equal((0, "Service shop/orders deleted\nNamespace shop deleted\n"), (run.ExitCode, run.Out));
    }

    [Theory]
    [InlineData(false, 1, "Namespace shop deleted\n", "error: Service shop/orders: not found\n")]
    [InlineData(true, 0, "Service shop/orders not there\nNamespace shop deleted\n", "")]
    public async Task What_is_not_there_is_an_error_unless_that_is_what_was_wanted(bool ignores, int exitCode, string output, string error)
    {
        await using var mesh = await TestMesh.StartAsync(("DELETE /api/v1/namespaces/shop", "{}"));
        string[] args = ["delete", "-f", mesh.File("all.yaml", Files)];
        var run = await mesh.RunAsync(ignores ? [.. args, "--ignore-not-found"] : args);
        Assert.Equal((exitCode, output, error), (run.ExitCode, run.Out, run.Error));
    }
}
