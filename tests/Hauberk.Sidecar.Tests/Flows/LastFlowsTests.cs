using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Capture;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Supervision;
using Hauberk.Sidecar.Tests.ControlPlane;
using Hauberk.Sidecar.Tests.Identity;
using Hauberk.Sidecar.Tests.Supervision;

namespace Hauberk.Sidecar.Tests.Flows;

/// <summary>The program itself with captured traffic, on 10.77.0.1; 10.77.0.2 is anybody.</summary>
public sealed class LastFlowsTests : IDisposable
{
    private const int Port = 8080;

    private readonly NetworkNamespace network = new();
    private readonly NetworkNamespace other = new();
    private readonly TemporaryDirectory directory = new();
    private readonly ConcurrentQueue<string> output = new();

    public LastFlowsTests() => NetworkNamespace.Connect(network, 1, other, 2);

    [Fact]
    public async Task A_connection_that_the_drain_cuts_reaches_the_ledger_before_the_sidecar_ends()
    {
        var mesh = new TestMesh(TimeProvider.System.GetUtcNow());
        await using var controlPlane = await TestControlPlane.StartAsync(mesh);
        controlPlane.Distribution.IsSilent = true;
        using var way = network.Listen(new IPEndPoint(IPAddress.Loopback, controlPlane.Port));
        var passing = PassOnAsync(way, controlPlane.Port);
        using var application = network.Listen(new IPEndPoint(IPAddress.Any, Port));
        using var sidecar = Start(mesh, controlPlane);
        try
        {
            await Until.TrueAsync(() => network.Execute("ss", "-Hltn").Contains($":{SidecarPorts.Inbound} ", StringComparison.Ordinal), "the listeners");
            using var client = other.Socket();
            await client.ConnectAsync(IPAddress.Parse("10.77.0.1"), Port, TestContext.Current.CancellationToken);
            await client.SendAsync("x"u8.ToArray(), TestContext.Current.CancellationToken);
            using var served = await application.AcceptAsync(TestContext.Current.CancellationToken);
            await served.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
            _ = LibC.Kill(sidecar.Id, Signals.Terminate);
            await sidecar.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            sidecar.Kill(entireProcessTree: true);
        }
        Assert.True(sidecar.ExitCode == 0, $"exit code {sidecar.ExitCode}: {string.Join('\n', output)}");
        var flow = Assert.Single(controlPlane.Ledger.Batches.SelectMany(static b => b.Flows));
        Assert.Equal(("inbound", "Draining", 1UL), (flow.Direction, flow.CloseReason, flow.BytesSent));
        way.Dispose();
        await passing;
    }

    public void Dispose()
    {
        network.Dispose();
        other.Dispose();
        directory.Dispose();
    }

    private Process Start(TestMesh mesh, TestControlPlane controlPlane)
    {
        var now = TimeProvider.System.GetUtcNow();
        var state = StateDirectory.Open(directory.At("state"));
        new CertificateFile(state).Save(TestWorkload.Certificate(mesh, now.AddMinutes(-1), now.AddHours(1)));
        SavedMesh.Save(mesh, state);
        controlPlane.JoinFile.Write(directory.At("join.json"));
        network.Execute(SidecarExecutable.Path, "capture", "install", "--mark", $"{OwnTraffic.DefaultMark}");
        var process = network.Start(
            SidecarExecutable.Path, ["run", "--join", directory.At("join.json"), "--state-dir", directory.At("state"), "--mark", "--loops", "1", "--drain-ms", "0"]);
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>From the namespace to the control plane outside.</summary>
    private static async Task PassOnAsync(Socket listener, int port)
    {
        try
        {
            while (true)
                _ = RelayAsync(await listener.AcceptAsync(), port);
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }

    private static async Task RelayAsync(Socket accepted, int port)
    {
        using var inside = new NetworkStream(accepted, ownsSocket: true);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var outside = client.GetStream();
        await Task.WhenAny(inside.CopyToAsync(outside), outside.CopyToAsync(inside));
    }
}
