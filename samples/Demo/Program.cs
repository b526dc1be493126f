// ./dev demo: a mesh on this machine, shown and checked step by step.
using System.Runtime.InteropServices;
using Hauberk.Demo;
using Hauberk.Lab;

var narrator = new Narrator();
using var interrupted = new CancellationTokenSource();
using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
using var pressed = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);

// A second one would take the first one's hosts away.
using var onlyOne = OnlyOne.TryClaim(Path.Combine(Path.GetTempPath(), "hauberk-demo.lock"));
if (onlyOne is null)
{
    Console.Error.WriteLine("a demo is up already: end that one first (Ctrl-C)");
    return 1;
}

try
{
    await using var shop = await ShopMesh.StartAsync(narrator);
    await new Story(shop, narrator).TellAsync(interrupted.Token);
    if (!args.Contains("--check") && !interrupted.IsCancellationRequested) await narrator.StayAsync(shop, interrupted.Token);
}
catch (LabException e)
{
    narrator.Check(false, e.Message);
}
return narrator.Conclude();

// The hosts and what runs in them are taken down first.
void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}
