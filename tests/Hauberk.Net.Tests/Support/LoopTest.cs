using System.Net;
using System.Net.Sockets;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;

namespace Hauberk.Net.Tests.Support;

/// <summary>Gives a test one event loop, and fails it when anything native is left or an exception escaped.</summary>
public abstract class LoopTest : IAsyncLifetime
{
    /// <summary>No condition of a test takes longer than this on a busy machine.</summary>
    protected const int PatienceMs = 30_000;

    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(PatienceMs);

    private readonly List<IDisposable> owned = [];
    private readonly List<Exception> unhandled = [];

    protected EventLoop Loop { get; private set; } = null!;

    protected IReadOnlyList<Exception> Unhandled => unhandled;

    /// <summary>Set by the few tests that make callbacks throw.</summary>
    protected bool ExpectsUnhandledExceptions { get; set; }

    public virtual ValueTask InitializeAsync()
    {
        // Contexts dropped by earlier tests go with the collector.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(0, NativeResources.Outstanding);
        Loop = EventLoop.Start("test", new EventLoopOptions { OnUnhandledException = unhandled.Add });
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (IDisposable item in owned) item.Dispose();
        await Loop.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Equal("", Describe());
        if (!ExpectsUnhandledExceptions) Assert.Empty(unhandled);
        GC.SuppressFinalize(this);
    }

    protected T Own<T>(T item) where T : IDisposable
    {
        owned.Add(item);
        return item;
    }

    protected Task<ListenerSocket> ListenAsync(Func<TcpConnection, Task> serve, ListenerOptions? options = null) =>
        ListenerSocket.OpenAsync(Loop, new IPEndPoint(IPAddress.Loopback, 0), options ?? new ListenerOptions(), serve);

    /// <summary>A blocking socket of the operating system's, the application's end of a connection.</summary>
    protected Socket Dial(IPEndPoint endPoint)
    {
        var socket = Own(new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        socket.ReceiveTimeout = socket.SendTimeout = PatienceMs;
        socket.Connect(endPoint);
        return socket;
    }

    protected (Socket Listener, IPEndPoint EndPoint) OpenBackend()
    {
        var listener = Own(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1024);
        return (listener, (IPEndPoint)listener.LocalEndPoint!);
    }

    protected Socket Accept(Socket listener)
    {
        Assert.True(listener.Poll(PatienceMs * 1000, SelectMode.SelectRead), "nobody connected");
        Socket socket = Own(listener.Accept());
        socket.NoDelay = true;
        socket.ReceiveTimeout = socket.SendTimeout = PatienceMs;
        return socket;
    }

    /// <summary>Waits until a condition on the loop's thread holds.</summary>
    protected async Task UntilAsync(Func<bool> condition, string what)
    {
        var deadline = Deadline.After(PatienceMs);
        while (!await Loop.RunAsync(() => Task.FromResult(condition())))
        {
            Assert.False(deadline.HasPassed, "never came about: " + what);
            await PauseAsync(2);
        }
    }

    protected Task<T> OnLoop<T>(Func<T> work) => Loop.RunAsync(() => Task.FromResult(work()));

    protected Task OnLoop(Action work) => Loop.RunAsync(() =>
    {
        work();
        return Task.CompletedTask;
    });

    /// <summary>Lets others run between two looks at a condition.</summary>
    protected static Task PauseAsync(int milliseconds) => Task.Delay(milliseconds, TestContext.Current.CancellationToken);

    protected static Task<T> InTime<T>(Task<T> task) => task.WaitAsync(Patience);

    protected static Task InTime(Task task) => task.WaitAsync(Patience);

    /// <summary>Waits for long work: fails when nothing moves, however slow the machine is.</summary>
    protected static async Task WhileItMoves(Task work, Func<long> progress)
    {
        long before = progress();
        var deadline = Deadline.After(PatienceMs);
        while (await Task.WhenAny(work, PauseAsync(100)) != work)
        {
            long now = progress();
            if (now != before) deadline = Deadline.After(PatienceMs);
            Assert.False(deadline.HasPassed, $"stuck at {now}");
            before = now;
        }
        await work;
    }

    private static string Describe() => string.Join(", ", Enum.GetValues<NativeResourceKind>()
        .Where(kind => NativeResources.OutstandingOf(kind) != 0)
        .Select(kind => $"{NativeResources.OutstandingOf(kind)} {kind}"));
}
