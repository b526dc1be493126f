namespace Hauberk.Net.EventLoops;

/// <summary>
/// The running timers of one loop, soonest first: a binary heap in which every timer knows its place, so that stopping or restarting
/// one costs O(log n) and leaves nothing behind.
/// </summary>
internal sealed class TimerHeap
{
    private LoopTimer[] heap = new LoopTimer[64];

    public int Count { get; private set; }

    /// <summary>Milliseconds until the soonest timer, rounded to what epoll_wait takes; -1 when none runs.</summary>
    public int WaitMs(long nowMs) => Count == 0 ? -1 : (int)Math.Clamp(heap[0].DueMs - nowMs, 0, int.MaxValue);

    public void Schedule(LoopTimer timer, long dueMs)
    {
        timer.DueMs = dueMs;
        if (timer.HeapIndex < 0)
        {
            if (Count == heap.Length) Array.Resize(ref heap, Count * 2);
            Place(timer, Count++);
        }
        Settle(timer);
    }

    public void Cancel(LoopTimer timer)
    {
        int index = timer.HeapIndex;
        if (index < 0) return;
        timer.HeapIndex = -1;
        LoopTimer last = heap[--Count];
        heap[Count] = null!;
        if (last == timer) return;
        Place(last, index);
        Settle(last);
    }

    /// <summary>Takes the soonest timer off when it is due.</summary>
    public LoopTimer? TakeDue(long nowMs)
    {
        if (Count == 0 || heap[0].DueMs > nowMs) return null;
        LoopTimer due = heap[0];
        Cancel(due);
        return due;
    }

    private void Settle(LoopTimer timer)
    {
        MoveUp(timer);
        MoveDown(timer);
    }

    private void MoveUp(LoopTimer timer)
    {
        while (timer.HeapIndex > 0)
        {
            LoopTimer parent = heap[(timer.HeapIndex - 1) / 2];
            if (parent.DueMs <= timer.DueMs) return;
            Swap(parent, timer);
        }
    }

    private void MoveDown(LoopTimer timer)
    {
        while (timer.HeapIndex * 2 + 1 < Count)
        {
            int child = timer.HeapIndex * 2 + 1;
            if (child + 1 < Count && heap[child + 1].DueMs < heap[child].DueMs) child++;
            if (heap[child].DueMs >= timer.DueMs) return;
            Swap(heap[child], timer);
        }
    }

    private void Swap(LoopTimer first, LoopTimer second)
    {
        int index = first.HeapIndex;
        Place(first, second.HeapIndex);
        Place(second, index);
    }

    private void Place(LoopTimer timer, int index)
    {
        heap[index] = timer;
        timer.HeapIndex = index;
    }
}
