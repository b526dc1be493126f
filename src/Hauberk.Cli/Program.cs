using Hauberk.Cli;

return await CommandLine.RunAsync(args, Terminal.OfProcess());
