using System.CommandLine;
using System.CommandLine.Invocation;

namespace Hauberk.Sidecar.Commands;

/// <summary>Help that shows what may follow the options, which the parser never sees.</summary>
internal sealed class UsageWithCommand(SynchronousCommandLineAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var configuration = parseResult.InvocationConfiguration;
        var output = configuration.Output;
        using var text = new StringWriter();
        configuration.Output = text;
        var exitCode = help.Invoke(parseResult);
        configuration.Output = output;
        output.Write(text.ToString().Replace("run [options]", "run [options] [-- COMMAND…]", StringComparison.Ordinal));
        return exitCode;
    }
}
