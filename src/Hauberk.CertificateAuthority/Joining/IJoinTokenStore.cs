namespace Hauberk.CertificateAuthority.Joining;

/// <summary>Where tokens are kept; the control plane's configuration store implements it.</summary>
public interface IJoinTokenStore
{
    /// <summary>False if the id exists.</summary>
    Task<bool> TryAddAsync(JoinTokenRecord record, CancellationToken cancellation);

    Task<JoinTokenRecord?> FindAsync(string id, CancellationToken cancellation);

    /// <summary>Sets <see cref="JoinTokenRecord.UsedAt"/> in one atomic, durable step if it was null; false if it was not, or if there is no such token.</summary>
    Task<bool> TryMarkUsedAsync(string id, DateTimeOffset usedAt, CancellationToken cancellation);
}
