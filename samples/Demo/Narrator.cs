using Hauberk.Lab;
using Spectre.Console;

namespace Hauberk.Demo;

/// <summary>Tells the story on the terminal and keeps count of what held.</summary>
internal sealed class Narrator
{
    private readonly IAnsiConsole console = AnsiConsole.Console;
    private int passed;
    private int failed;

    public Narrator()
    {
        // Into a file or a pipe nothing is wrapped.
        if (Console.IsOutputRedirected) console.Profile.Width = int.MaxValue;
    }

    public void Chapter(string title) => console.MarkupLineInterpolated($"\n[bold]{title}[/]");

    public void Say(string text) => console.MarkupLineInterpolated($"  {text}");

    public void Show(string output)
    {
        foreach (var line in output.TrimEnd().Split('\n'))
            if (line.Length > 0) console.MarkupLineInterpolated($"    [grey]{line}[/]");
            else console.WriteLine();
    }

    public void Check(bool holds, string claim)
    {
        if (holds) passed++;
        else failed++;
        if (holds) console.MarkupLineInterpolated($"  [green]✓[/] {claim}");
        else console.MarkupLineInterpolated($"  [red]✗ {claim}[/]");
    }

    public async Task StayAsync(ShopMesh shop, CancellationToken interrupted)
    {
        var hauberk = $"ip netns exec {shop.Mesh.ControlHost.Namespace} {Programs.Cli} --config {shop.Mesh.Kubeconfig}";
        Chapter("The mesh stays up until Ctrl-C. Try, in another terminal:");
        // Not wrapped, for it is to be copied.
        Console.WriteLine($"  alias hauberk='{hauberk}'");
        Say("hauberk status");
        Say("hauberk flows --denied");
        Say("hauberk explain --from shop/legacy-1 --to shop/payments-1 --port 8080");
        Say("hauberk delete authorizationpolicy payments-callers -n shop");
        Say("hauberk delete peerauthentication payments-strict -n shop");
        Say($"ip netns exec {shop.Legacy.Namespace} curl -s http://{shop.Payments.Address}:8080/charge");
        try
        {
            await Task.Delay(Timeout.Infinite, interrupted);
        }
        catch (OperationCanceledException)
        {
            Say("stopping …");
        }
    }

    public int Conclude()
    {
        console.WriteLine();
        console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 && passed > 0 ? 0 : 1;
    }
}
