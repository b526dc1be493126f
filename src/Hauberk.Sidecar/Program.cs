using System.CommandLine;
using Hauberk.Sidecar;
using Hauberk.Sidecar.Commands;

// Everything behind the first "--" is the command to supervise, whatever it looks like.
var split = Array.IndexOf(args, "--");
var own = split < 0 ? args : args[..split];
string[] command = split < 0 ? [] : args[(split + 1)..];

var root = new RootCommand("The sidecar of a Hauberk mesh: mutual TLS for one workload.")
{
    RunCommand.Create(options => SidecarProgram.RunAsync(options, own, command)),
    CaptureCommand.Create(),
};
var parsed = root.Parse(own);
var parseErrors = parsed.Errors.Count > 0;
// The program takes its signals itself.
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parseErrors ? ExitCodes.CannotStart : exitCode;
