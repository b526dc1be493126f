namespace Hauberk.Sidecar.Configuration;

/// <summary>The names of one resource type that somebody asked for. Safe for any number of threads.</summary>
internal sealed class OnDemandNames(int capacity, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Interest> names = new(StringComparer.Ordinal);

    /// <summary>A name was asked for that was not before.</summary>
    public event Action<string>? Added;

    /// <summary>Nobody asks for a name any more.</summary>
    public event Action<string>? Removed;

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (gate)
                return [.. names.Keys];
        }
    }

    /// <summary>
    /// Asks for a name, and completes at the next answer that names it: false where the answer could not be read, or where there is no place
    /// for another name.
    /// </summary>
    public Task<bool> AskAsync(string name)
    {
        Task<bool> answer;
        lock (gate)
        {
            if (names.TryGetValue(name, out var known))
                return known.Await(time);
            if (names.Count >= capacity)
                return Task.FromResult(false);
            names.Add(name, known = new Interest());
            answer = known.Await(time);
        }
        Added?.Invoke(name);
        return answer;
    }

    /// <summary>Held already, from the last run.</summary>
    public void Restore(IEnumerable<string> held)
    {
        lock (gate)
            foreach (var name in held)
                names.TryAdd(name, new Interest { LastUsed = time.GetTimestamp() });
    }

    public void Touch(string name)
    {
        lock (gate)
            if (names.TryGetValue(name, out var interest))
                interest.LastUsed = time.GetTimestamp();
    }

    /// <summary>The control plane has said that there is no such thing.</summary>
    public bool IsAbsent(string name)
    {
        lock (gate)
            return names.TryGetValue(name, out var interest) && interest.IsAbsent;
    }

    public void Answer(IEnumerable<string> present, IEnumerable<string> absent)
    {
        lock (gate)
        {
            foreach (var name in present)
                if (names.TryGetValue(name, out var interest))
                    interest.Answer(isAbsent: false, isReadable: true);
            foreach (var name in absent)
                if (names.TryGetValue(name, out var interest))
                    interest.Answer(isAbsent: true, isReadable: true);
        }
    }

    public void AnswerUnreadable(IEnumerable<string> refused)
    {
        lock (gate)
            foreach (var name in refused)
                if (names.TryGetValue(name, out var interest))
                    interest.Answer(isAbsent: false, isReadable: false);
    }

    public void Remove(string name)
    {
        lock (gate)
            if (!names.Remove(name))
                return;
        Removed?.Invoke(name);
    }

    /// <summary>Lets go of what was not used for so long and is not awaited.</summary>
    public IReadOnlyList<string> RemoveUnused(TimeSpan forLonger, IReadOnlySet<string> except)
    {
        List<string> unused;
        lock (gate)
        {
            unused = [.. names.Where(n => !n.Value.IsAwaited && time.GetElapsedTime(n.Value.LastUsed) >= forLonger && !except.Contains(n.Key))
                .Select(static n => n.Key)];
            unused.ForEach(name => names.Remove(name));
        }
        unused.ForEach(name => Removed?.Invoke(name));
        return unused;
    }

    private sealed class Interest
    {
        private TaskCompletionSource<bool>? answer;

        public long LastUsed { get; set; }

        public bool IsAbsent { get; private set; }

        public bool IsAwaited => answer is not null;

        public Task<bool> Await(TimeProvider time)
        {
            LastUsed = time.GetTimestamp();
            answer ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return answer.Task;
        }

        public void Answer(bool isAbsent, bool isReadable)
        {
            IsAbsent = isAbsent;
            answer?.TrySetResult(isReadable);
            answer = null;
        }
    }
}
