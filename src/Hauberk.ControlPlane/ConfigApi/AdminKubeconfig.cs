using System.Text;
using Hauberk.Identity;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>The file with which the first operator comes in. Written once; deleting it makes the next start write a new one, with a new token.</summary>
internal static class AdminKubeconfig
{
    public static async Task EnsureAsync(string path, AdminCredential credential, ControlPlaneOptions options, TrustBundle bundle, int port)
    {
        if (credential.Exists && File.Exists(path)) return;
        // The hash first: a file without it would be refused, and a crash in between leaves no file, so the next start does both again.
        var token = await credential.RenewAsync(CancellationToken.None);
        var unfinished = path + ".new";
        File.Delete(unfinished);
        await using (var file = new FileStream(unfinished, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(Text(options, bundle, port, token)));
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
    }

    private static string Text(ControlPlaneOptions options, TrustBundle bundle, int port, string token) =>
        $"""
        apiVersion: v1
        kind: Config
        current-context: hauberk
        clusters:
        - name: hauberk
          cluster:
            server: https://{HostText.Of(options.Addresses[0])}:{port}
            certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(bundle.ToPem()))}
            extensions:
            - name: hauberk.dev/trust-domain
              extension:
                trustDomain: {options.TrustDomain}
        users:
        - name: admin
          user:
            token: {token}
        contexts:
        - name: hauberk
          context:
            cluster: hauberk
            user: admin

        """;
}
