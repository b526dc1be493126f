using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Sidecar.Identity;

/// <summary>A certificate, or why there is none.</summary>
internal readonly record struct EnrolmentResult(WorkloadCertificate? Certificate, string? Problem)
{
    [MemberNotNullWhen(true, nameof(Certificate))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsIssued => Certificate is not null;

    /// <summary>The join token is not accepted, and never will be: it was used, has run out, or is not known.</summary>
    public bool IsTokenSpent { get; init; }

    public static EnrolmentResult Refused(string problem) => new(null, problem);
}
