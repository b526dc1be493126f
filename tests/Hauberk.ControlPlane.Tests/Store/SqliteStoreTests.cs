using Hauberk.ControlPlane.Store;
using Microsoft.Data.Sqlite;

namespace Hauberk.ControlPlane.Tests.Store;

public sealed class SqliteStoreTests : StoreContract
{
    private static readonly ResourceKey Key = new("", "services", "shop", "orders");
    private readonly string directory = Directory.CreateTempSubdirectory("hauberk-store-").FullName;
    private SqliteStore store = null!;

    private string Path => System.IO.Path.Combine(directory, "store.db");

    protected override Task<IResourceStore> OpenAsync(StoreLimits limits) =>
        Task.FromResult<IResourceStore>(store = SqliteStore.Open(Path, limits));

    public override async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Everything_is_there_after_a_restart_and_revisions_go_on()
    {
        await Write(Key, "1");
        var other = await Write(new("", "services", "shop", "web"), "2");
        await store.DeleteAsync(Key, null, Cancellation);
        await store.DisposeAsync();
        store = SqliteStore.Open(Path, SmallLimits);

        Assert.Equal(other.Revision + 1, store.Current.Revision);
        Assert.Null(store.Current.Get(Key));
        Assert.Equal(("2", other.Revision), (Text(store.Current.Get(other.Resource!.Key)), store.Current.Get(other.Resource.Key)!.Revision));
        Assert.Equal((1, 1L), (store.Current.Count, store.Current.Bytes));
        Assert.Equal(other.Revision + 2, (await store.WriteAsync(Key, "3"u8.ToArray(), 0, Cancellation)).Revision);
        Assert.False(store.Watch(other.Revision).TryTake(out _));
    }

    [Fact]
    public void The_files_are_for_their_owner_only() => Assert.All(
        Directory.GetFiles(directory), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));

    [Fact]
    public void A_second_process_cannot_open_it()
    {
        var refused = Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(Path));
        Assert.Contains("another control plane", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_of_a_later_version_is_left_alone()
    {
        await store.DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }
        var refused = Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(Path));
        Assert.Contains("99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_that_wait_together_are_committed_together()
    {
        await store.DisposeAsync();
        store = SqliteStore.Open(Path);
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => store.WriteAsync(Key with { Name = $"s{i}" }, "1"u8.ToArray(), 0, Cancellation)));
        Assert.Equal(2000, store.Current.Count);
        Assert.True(store.Commits < 1000, $"{store.Commits} commits for 2000 writes that were all waiting");
    }

    [Fact]
    public async Task A_closed_store_refuses_writes_and_still_acknowledges_those_it_took()
    {
        var writes = Enumerable.Range(0, 10).Select(i => store.WriteAsync(Key with { Name = $"s{i}" }, "1"u8.ToArray(), 0, Cancellation)).ToList();
        await store.DisposeAsync();
        Assert.All(await Task.WhenAll(writes), r => Assert.True(r.IsDone));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.WriteAsync(Key, "1"u8.ToArray(), 0, Cancellation));
    }
}
