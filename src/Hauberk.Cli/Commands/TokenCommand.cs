using System.CommandLine;
using System.Text;
using Hauberk.Api.Enrolment;
using Hauberk.Cli.Output;

namespace Hauberk.Cli.Commands;

/// <summary>Join files. Their token is a secret: it goes into a file of the owner's, or where the operator said so outright.</summary>
internal static class TokenCommand
{
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(30);

    public static Command Create(Terminal terminal) =>
        new("token", "Tokens that let a workload's sidecar join the mesh.") { CreateCreate(terminal) };

    private static Command CreateCreate(Terminal terminal)
    {
        var space = CommonOptions.Namespace("Namespace of the workload.");
        space.Required = true;
        var account = new Option<string>("--service-account")
        {
            Description = "Service account that its identity names.",
            HelpName = "SA",
            Required = true,
        };
        var workload = new Option<string>("--workload") { Description = "Name of its WorkloadEntry.", HelpName = "NAME", Required = true };
        // A text, so that help shows the default as it is to be written.
        var lifetime = new Option<string>("--ttl")
        {
            Description = "How long the token may wait to be used: 90s, 15m, 1h, 2d.",
            HelpName = "TIME",
            DefaultValueFactory = _ => "1h",
        };
        lifetime.Validators.Add(result =>
        {
            var isRead = LifetimeText.TryParse(result.GetValueOrDefault<string>(), out var read) && read > TimeSpan.Zero && read <= MaxLifetime;
            if (!isRead) result.AddError("--ttl must be a time such as 90s, 15m, 1h or 2d, at most 30d");
        });
        var file = new Option<string>("--out")
        {
            Description = "File to write, readable by its owner only; \"-\" prints the token.",
            HelpName = "FILE|-",
            Required = true,
        };
        var command = new Command("create", "Write a join file with a one-time token for one workload.")
        {
            space, account, workload, lifetime, file,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var printer = new Printer(terminal);
            var path = parsed.GetRequiredValue(file);
            _ = LifetimeText.TryParse(parsed.GetRequiredValue(lifetime), out var time);
            // Asked before the token is made: one that cannot be written would be lost, yet valid.
            if (path != "-" && Path.Exists(path)) return Task.FromResult(Exists(printer, path));
            return Session.UseAsync(terminal, parsed, printer, async session =>
            {
                var answer = await session.Client.CreateJoinTokenAsync(
                    parsed.GetRequiredValue(space)!,
                    parsed.GetRequiredValue(account),
                    parsed.GetRequiredValue(workload),
                    time,
                    cancellation);
                foreach (var warning in answer.Warnings) printer.Warning(warning);
                if (!answer.IsSuccess) return session.Fail(printer, answer.Problem);
                return path == "-" ? Print(terminal, answer.Value) : Write(printer, answer.Value, path, time);
            });
        });
        return command;
    }

    private static int Print(Terminal terminal, JoinFile file)
    {
        terminal.Out.Write(Encoding.UTF8.GetString(file.ToJson()) + "\n");
        return ExitCode.Success;
    }

    private static int Write(Printer printer, JoinFile file, string path, TimeSpan lifetime)
    {
        try
        {
            using var stream = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            stream.Write(file.ToJson());
            stream.Flush(flushToDisk: true);
        }
        catch (IOException) when (Path.Exists(path))
        {
            return Exists(printer, path);
        }
        printer.Line($"Wrote {path} for {file.Workload}. Its token is good for one certificate within {Amount.Duration(lifetime)}.");
        printer.Line("Bring it to the workload's machine, and there, as root:");
        printer.Line("  hauberk-sidecar capture install --user hauberk");
        printer.Line($"  hauberk-sidecar run --join {Path.GetFileName(path)} --user hauberk");
        return ExitCode.Success;
    }

    private static int Exists(Printer printer, string path) =>
        printer.Fail($"{path} exists already and is not overwritten", "Name another file with --out, or remove this one first.");
}
