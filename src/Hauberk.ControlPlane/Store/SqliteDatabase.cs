using Microsoft.Data.Sqlite;

namespace Hauberk.ControlPlane.Store;

/// <summary>The schema and the statements. Not thread-safe: the store's writer thread owns it.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private const int SchemaVersion = 1;

    private const string Schema = """
        CREATE TABLE resource (
            collection_group TEXT NOT NULL,
            plural TEXT NOT NULL,
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            revision INTEGER NOT NULL,
            json BLOB NOT NULL,
            PRIMARY KEY (collection_group, plural, namespace, name));
        CREATE TABLE store_revision (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL);
        INSERT INTO store_revision VALUES (1, 0);
        """;

    private readonly SqliteConnection connection;
    private readonly SqliteCommand upsert;
    private readonly SqliteCommand delete;
    private readonly SqliteCommand setRevision;

    private SqliteDatabase(SqliteConnection connection)
    {
        this.connection = connection;
        upsert = Command(
            "INSERT INTO resource VALUES ($group, $plural, $namespace, $name, $revision, $json) "
            + "ON CONFLICT DO UPDATE SET revision = excluded.revision, json = excluded.json",
            "$group", "$plural", "$namespace", "$name", "$revision", "$json");
        delete = Command(
            "DELETE FROM resource WHERE collection_group = $group AND plural = $plural AND namespace = $namespace AND name = $name",
            "$group", "$plural", "$namespace", "$name");
        setRevision = Command("UPDATE store_revision SET revision = $revision", "$revision");
    }

    public static SqliteDatabase Open(string path)
    {
        CreateForOwnerOnly(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 2,
        }.ConnectionString);
        try
        {
            connection.Open();
            Prepare(connection);
            return new SqliteDatabase(connection);
        }
        catch (Exception e)
        {
            connection.Dispose();
            if (e is SqliteException cause) throw new StoreUnavailableException($"{path} cannot be opened: {Explain(cause)}", e);
            throw;
        }
    }

    public StoreSnapshot Load()
    {
        var snapshot = StoreSnapshot.Empty;
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT collection_group, plural, namespace, name, revision, json FROM resource";
        using (var rows = select.ExecuteReader())
        {
            while (rows.Read())
            {
                var key = new ResourceKey(rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetString(3));
                snapshot = snapshot.With(new StoredResource(key, rows.GetInt64(4), rows.GetFieldValue<byte[]>(5)));
            }
        }
        return snapshot.At(Revision());
    }

    /// <summary>All of it is on disk when this returns, or none of it is kept.</summary>
    public void Commit(IReadOnlyList<StoreEvent> events, long revision)
    {
        using var transaction = connection.BeginTransaction();
        foreach (var change in events) Apply(change, transaction);
        Execute(setRevision, transaction, revision);
        transaction.Commit();
    }

    public bool IsAt(long revision)
    {
        try
        {
            return Revision() == revision;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        upsert.Dispose();
        delete.Dispose();
        setRevision.Dispose();
        connection.Dispose();
    }

    private static void CreateForOwnerOnly(string path)
    {
        if (File.Exists(path)) return;
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    private static void Prepare(SqliteConnection connection)
    {
        // Exclusive: a second process must not write behind the memory of the first. FULL: a commit in the write-ahead log is synced.
        Execute(connection, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        using var transaction = connection.BeginTransaction();
        using var version = connection.CreateCommand();
        version.CommandText = "PRAGMA user_version";
        version.Transaction = transaction;
        switch ((long)version.ExecuteScalar()!)
        {
            case 0:
                Execute(connection, Schema + $"PRAGMA user_version = {SchemaVersion};", transaction);
                break;
            case SchemaVersion:
                break;
            case var other:
                throw new StoreUnavailableException($"the store has the schema version {other}; this program knows {SchemaVersion}");
        }
        transaction.Commit();
    }

    private static string Explain(SqliteException e) =>
        e.SqliteErrorCode == 5 ? "another control plane has it open" : e.Message;

    private void Apply(StoreEvent change, SqliteTransaction transaction)
    {
        var key = change.Key;
        if (change.After is { } after)
            Execute(upsert, transaction, key.Group, key.Plural, key.Namespace, key.Name, after.Revision, after.Json.ToArray());
        else
            Execute(delete, transaction, key.Group, key.Plural, key.Namespace, key.Name);
    }

    private long Revision()
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT revision FROM store_revision";
        return (long)select.ExecuteScalar()!;
    }

    private SqliteCommand Command(string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        return command;
    }

    private static void Execute(SqliteCommand command, SqliteTransaction transaction, params object[] values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}
