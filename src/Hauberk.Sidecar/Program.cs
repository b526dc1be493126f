using Hauberk.Sidecar.Commands;

return await CommandLine.RunAsync(args);
