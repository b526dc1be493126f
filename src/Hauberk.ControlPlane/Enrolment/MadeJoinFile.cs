using Hauberk.Api.Enrolment;

namespace Hauberk.ControlPlane.Enrolment;

/// <param name="File">Null: refused.</param>
/// <param name="Field">What the problem is about.</param>
internal sealed record MadeJoinFile(JoinFile? File, string Field, string Problem)
{
    public static MadeJoinFile Refused(string field, string problem) => new(null, field, problem);
}
