using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>The records of a sidecar, to be waited for.</summary>
internal sealed class RecordLog
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly List<ConnectionRecord> records = [];
    private TaskCompletionSource added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(ConnectionRecord record)
    {
        lock (gate)
        {
            records.Add(record);
            added.SetResult();
            added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public IReadOnlyList<ConnectionRecord> All
    {
        get
        {
            lock (gate)
                return [.. records];
        }
    }

    public async Task<IReadOnlyList<ConnectionRecord>> WaitForAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (records.Count >= count)
                    return [.. records];
                next = added.Task;
            }
            await next.WaitAsync(patience.Token);
        }
    }

    /// <summary>The only record there is, once there is one.</summary>
    public async Task<ConnectionRecord> SingleAsync() => Assert.Single(await WaitForAsync(1));
}
