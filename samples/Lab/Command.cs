using System.Diagnostics;

namespace Hauberk.Lab;

/// <summary>Runs a program to its end.</summary>
public static class Command
{
    /// <exception cref="LabException">The program could not be started, or ended with another status than 0.</exception>
    public static async Task<string> RunAsync(params string[] command)
    {
        var result = await TryAsync(command);
        if (result.ExitCode != 0)
            throw new LabException($"'{string.Join(' ', command)}' ended with {result.ExitCode}: {result.Error.Trim()} {result.Output.Trim()}");
        return result.Output;
    }

    public static Task<CommandResult> TryAsync(params string[] command) => TryAsync(command, input: null);

    /// <param name="input">Written to the program's standard input.</param>
    public static async Task<CommandResult> TryAsync(string[] command, string? input)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start) ?? throw new LabException($"'{command[0]}' did not start");
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }
}
