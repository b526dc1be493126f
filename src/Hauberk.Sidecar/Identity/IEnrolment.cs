namespace Hauberk.Sidecar.Identity;

/// <summary>Where certificates come from.</summary>
internal interface IEnrolment
{
    /// <param name="current">What the caller proves itself with; null: the join token.</param>
    Task<EnrolmentResult> RequestAsync(WorkloadCertificate? current, CancellationToken cancellationToken);
}
