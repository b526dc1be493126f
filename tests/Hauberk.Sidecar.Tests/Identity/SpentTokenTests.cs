using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Tests.ControlPlane;

namespace Hauberk.Sidecar.Tests.Identity;

/// <summary>The program itself, in a network namespace from which nothing but the control plane can be reached.</summary>
public sealed class SpentTokenTests : IDisposable
{
    private readonly NetworkNamespace network = new();
    private readonly TemporaryDirectory directory = new();

    [Fact]
    public async Task A_sidecar_that_can_never_join_says_so_and_ends()
    {
        await using var controlPlane = await TestControlPlane.StartAsync(new TestMesh(TimeProvider.System.GetUtcNow()));
        controlPlane.Enrolment.Refusal = StatusCode.Unauthenticated;
        using var listener = network.Listen(new IPEndPoint(IPAddress.Loopback, controlPlane.Port));
        var join = directory.At("spent.join");
        controlPlane.JoinFile.Write(join);
        using var process = network.Start(
            SidecarExecutable.Path, ["run", "--join", join, "--state-dir", directory.At("state"), "--mark", "--loops", "1", "--drain-ms", "0"]);
        _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var log = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await RelayOneAsync(listener, controlPlane.Port);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
        Assert.Equal(ExitCodes.CannotStart, process.ExitCode);
        Assert.Contains("hauberk token create", await log, StringComparison.Ordinal);
        Assert.Contains(join, await log, StringComparison.Ordinal);
        Assert.DoesNotContain(TestControlPlane.Token, await log, StringComparison.Ordinal);
        Assert.DoesNotContain("flows", await log, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        network.Dispose();
        directory.Dispose();
    }

    private static async Task RelayOneAsync(Socket listener, int port)
    {
        using var inside = new NetworkStream(await listener.AcceptAsync(TestContext.Current.CancellationToken), ownsSocket: true);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        await using var outside = client.GetStream();
        await Task.WhenAny(inside.CopyToAsync(outside), outside.CopyToAsync(inside));
    }
}
