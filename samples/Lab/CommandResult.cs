namespace Hauberk.Lab;

public sealed record CommandResult(int ExitCode, string Output, string Error);
