using Hauberk.ControlPlane.Registry;
using Hauberk.Policy.Validation;

namespace Hauberk.ControlPlane.ConfigApi;

/// <param name="Field">"spec.rules[0].from"; empty for the object as a whole.</param>
/// <param name="Reason">A problem code ("HBK0123") or one of Kubernetes' ("FieldValueInvalid").</param>
internal sealed record FailureCause(string Field, string Reason, string Message)
{
    public const string Invalid = "FieldValueInvalid";
    public const string Forbidden = "FieldValueForbidden";

    public static FailureCause Of(ClaimProblem problem) => new(problem.Field, Forbidden, problem.Message);

    public static FailureCause Of(PolicyProblem problem) => new(problem.FieldPath, problem.Code, problem.Message);
}
