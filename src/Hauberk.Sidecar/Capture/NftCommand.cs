using System.ComponentModel;
using System.Diagnostics;

namespace Hauberk.Sidecar.Capture;

/// <summary>Runs <c>nft</c> in the caller's network namespace.</summary>
internal static class NftCommand
{
    private static readonly string[] Places = ["/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft", "/usr/local/sbin/nft"];

    /// <summary>Null: the whole script took effect. Else none of it did.</summary>
    public static async Task<string?> ApplyAsync(string script, CancellationToken cancellationToken)
    {
        if (Array.Find(Places, File.Exists) is not { } nft)
            return "nft is not installed (Debian: apt-get install nftables)";
        var start = new ProcessStartInfo(nft, ["-f", "-"]) { RedirectStandardInput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            await process.StandardInput.WriteAsync(script.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? null : $"nft refused the rules (capture needs Linux 5.9 or later): {errors.Trim()}";
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return $"{nft} cannot be run: {e.Message}";
        }
    }
}
