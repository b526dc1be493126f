using System.Globalization;
using System.Security.Cryptography;
using Hauberk.Lab;

namespace Hauberk.EndToEnd.Tests;

/// <summary>Real servers from Debian's packages, each with a data folder of its own, listening on the host's address as it would anywhere.</summary>
internal static class Servers
{
    public static string PgBench => PostgresProgram("pgbench");

    public static async Task<HostProcess> StartPostgresAsync(Host host, string folder)
    {
        var data = Path.Combine(folder, "postgres");
        Directory.CreateDirectory(data);
        await Command.RunAsync("chown", "postgres:postgres", data);
        await Command.RunAsync([.. AsPostgres, PostgresProgram("initdb"), "-D", data, "-A", "trust", "-U", "postgres", "--no-sync"]);
        await File.AppendAllTextAsync(Path.Combine(data, "pg_hba.conf"), "host all all 10.77.0.0/24 trust\n");
        var postgres = host.Start("postgres", [.. AsPostgres, PostgresProgram("postgres"), "-D", data,
            "-c", "listen_addresses=*", "-c", $"unix_socket_directories={data}", "-c", "fsync=off"]);
        await Wait.UntilAsync("PostgreSQL answers", async () =>
            (await host.TryAsync(PostgresProgram("pg_isready"), "-h", data)).ExitCode == 0);
        return postgres;
    }

    public static async Task<HostProcess> StartNginxAsync(Host host, string folder, int fileMegabytes)
    {
        var root = Path.Combine(folder, "nginx");
        Directory.CreateDirectory(root);
        await File.WriteAllBytesAsync(Path.Combine(root, "file"), RandomNumberGenerator.GetBytes(fileMegabytes << 20));
        var configuration = Path.Combine(root, "nginx.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            user root;
            daemon off;
            pid {{root}}/pid;
            error_log stderr;
            events {}
            http {
              access_log off;
              client_body_temp_path {{root}}/body; proxy_temp_path {{root}}/proxy; fastcgi_temp_path {{root}}/fastcgi;
              uwsgi_temp_path {{root}}/uwsgi; scgi_temp_path {{root}}/scgi;
              server { listen 80; root {{root}}; }
            }
            """);
        var nginx = host.Start("nginx", "nginx", "-c", configuration);
        await Wait.UntilAsync("nginx listens", () => host.IsListeningAsync(80));
        return nginx;
    }

    public static async Task<HostProcess> StartRedisAsync(Host host, string folder, int port = 6379)
    {
        var redis = host.Start($"redis-{port}", "redis-server", "--port", port.ToString(CultureInfo.InvariantCulture),
            "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "", "--dir", folder);
        await Wait.UntilAsync("Redis listens", () => host.IsListeningAsync(port));
        return redis;
    }

    /// <summary>As Debian's package leaves it, with a user "app" who may come from anywhere.</summary>
    public static async Task<HostProcess> StartMariaDbAsync(Host host, string folder)
    {
        var data = Path.Combine(folder, "mariadb");
        var socket = Path.Combine(data, "socket");
        Directory.CreateDirectory(data);
        await Command.RunAsync("chown", "mysql:mysql", data);
        await Command.RunAsync([.. AsMySql, "mariadb-install-db", "--no-defaults", $"--datadir={data}", "--auth-root-authentication-method=normal"]);
        var server = host.Start("mariadb", [.. AsMySql, "/usr/sbin/mariadbd", "--no-defaults", $"--datadir={data}", $"--socket={socket}",
            $"--pid-file={data}/pid", "--bind-address=0.0.0.0",
            // It would ask for the client's name before it greets, and no name server answers here.
            "--skip-name-resolve"]);
        await Wait.UntilAsync("MariaDB answers", async () =>
            (await host.TryAsync("mariadb-admin", "--no-defaults", "-S", socket, "-u", "root", "ping")).ExitCode == 0);
        await host.RunAsync("mariadb", "--no-defaults", "-S", socket, "-u", "root", "-e", "CREATE USER app@'%'");
        return server;
    }

    private static string[] AsMySql => ["setpriv", "--reuid=mysql", "--regid=mysql", "--clear-groups"];

    private static string[] AsPostgres => ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"];

    // Debian keeps the server's programs in a folder per version.
    private static string PostgresProgram(string name) =>
        Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal)
            .Select(version => Path.Combine(version, "bin", name)).Last(File.Exists);
}
