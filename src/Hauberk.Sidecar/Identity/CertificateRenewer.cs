using Microsoft.Extensions.Logging;

namespace Hauberk.Sidecar.Identity;

/// <summary>
/// Keeps the workload's certificate valid: from disk at the start, by the join token the first time, by the certificate itself at half of its life.
/// A failed renewal leaves the valid one in place; once it has run out there is none.
/// </summary>
internal sealed partial class CertificateRenewer(
    CertificateHolder holder, CertificateFile file, IEnrolment enrolment, TimeProvider time, ILogger<CertificateRenewer> log)
{
    /// <summary>So that a fleet that joined together does not renew together: this much of the lifetime either way.</summary>
    public const double Jitter = 0.01;

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    // The machine may sleep or its clock may be set: what is due is looked at again at least this often.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    // Timers count in whole milliseconds.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Backoff backoff = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(150));
    private readonly TaskCompletionSource hopeless = NewRequest();
    private TaskCompletionSource asked = NewRequest();
    private long renewals;
    private long failures;

    public long Renewals => Interlocked.Read(ref renewals);

    public long Failures => Interlocked.Read(ref failures);

    /// <summary>Completes when there is no certificate and the token can give none any more: only another join file helps.</summary>
    public Task Hopeless => hopeless.Task;

    /// <summary>Renews at once instead of at half-life. Requests that come before it has begun are one.</summary>
    public void RenewNow() => Volatile.Read(ref asked).TrySetResult();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var due = holder.Current is { } loaded ? RenewalTime(loaded, Backoff.RandomFraction()) : time.GetUtcNow();
        while (!cancellationToken.IsCancellationRequested)
        {
            await WaitUntilAsync(due, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
                return;
            due = await TryRenewAsync(cancellationToken)
                ? RenewalTime(holder.Current!, Backoff.RandomFraction())
                : time.GetUtcNow() + backoff.Next();
        }
    }

    /// <summary>End of life less half of it, give or take <see cref="Jitter"/>.</summary>
    /// <param name="fraction">In [0, 1).</param>
    internal static DateTimeOffset RenewalTime(WorkloadCertificate certificate, double fraction) =>
        certificate.NotAfter - (certificate.NotAfter - certificate.NotBefore) * (0.5 + Jitter * (2 * fraction - 1));

    private async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), attempt, TimeLeftForAttempt(), Timeout.InfiniteTimeSpan);
        var result = await enrolment.RequestAsync(holder.Current, attempt.Token);
        if (cancellationToken.IsCancellationRequested)
            return false;
        if (!result.IsIssued)
        {
            Interlocked.Increment(ref failures);
            if (holder.Current is { } current)
                NotRenewed(result.Problem, current.NotAfter);
            else
                NotIssued(result.Problem);
            if (result.IsTokenSpent)
                hopeless.TrySetResult();
            return false;
        }
        Save(result.Certificate);
        holder.Swap(result.Certificate);
        Interlocked.Increment(ref renewals);
        backoff.Reset();
        Issued(result.Certificate.Identity, result.Certificate.NotAfter);
        return true;
    }

    private void Save(WorkloadCertificate certificate)
    {
        try
        {
            file.Save(certificate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotSaved(e.Message);
        }
    }

    private async Task WaitUntilAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            ExpireIfOver(now);
            if (due <= now)
                return;
            var wait = Within(ShortestWait, Earliest(due, holder.Current?.NotAfter ?? due) - now, LongestWait);
            var request = Volatile.Read(ref asked).Task;
            if (await Task.WhenAny(Task.Delay(wait, time, cancellationToken), request) != request)
                continue;
            Volatile.Write(ref asked, NewRequest());
            return;
        }
    }

    private static TaskCompletionSource NewRequest() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void ExpireIfOver(DateTimeOffset now)
    {
        if (holder.Current is not { } certificate || now < certificate.NotAfter)
            return;
        Expired(certificate.Identity);
        holder.Swap(null);
    }

    private TimeSpan TimeLeftForAttempt() =>
        holder.Current is { } certificate && certificate.NotAfter - time.GetUtcNow() is var left && left < AttemptTimeout
            ? (left > TimeSpan.Zero ? left : TimeSpan.Zero)
            : AttemptTimeout;

    private static TimeSpan Within(TimeSpan least, TimeSpan wait, TimeSpan most) => wait < least ? least : wait > most ? most : wait;

    private static DateTimeOffset Earliest(DateTimeOffset first, DateTimeOffset second) => first < second ? first : second;

    [LoggerMessage(LogLevel.Information, "holds a new certificate for {Identity} until {NotAfter:O}")]
    private partial void Issued(Hauberk.Identity.SpiffeId identity, DateTimeOffset notAfter);

    [LoggerMessage(LogLevel.Warning, "no new certificate: {Problem}; the one in use ends at {NotAfter:O}")]
    private partial void NotRenewed(string problem, DateTimeOffset notAfter);

    [LoggerMessage(LogLevel.Warning, "no certificate: {Problem}")]
    private partial void NotIssued(string problem);

    [LoggerMessage(LogLevel.Error, "the certificate of {Identity} has run out; nothing can be sent or taken until there is another")]
    private partial void Expired(Hauberk.Identity.SpiffeId identity);

    [LoggerMessage(LogLevel.Error, "the certificate cannot be kept on disk, a restart will need the control plane: {Problem}")]
    private partial void NotSaved(string problem);
}
