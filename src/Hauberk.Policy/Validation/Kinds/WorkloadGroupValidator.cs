using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

internal static class WorkloadGroupValidator
{
    public static void Validate(WorkloadGroupResource group, ValidationContext context)
    {
        if (!context.IsGiven("spec.template")) context.Error(ProblemCodes.MissingField, "spec.template", "A group needs the template of its members.");
        if (group.Template.Address.Length > 0)
            context.Error(ProblemCodes.ValueNotAllowed, "spec.template.address", "Members of a group have addresses of their own; a template has none.");
        LabelRules.Validate(group.MemberLabels, "spec.metadata.labels", context);
        foreach (var key in group.MemberAnnotations.Keys)
            context.Check(ProblemCodes.InvalidLabel, FieldPath.Field("spec.metadata.annotations", key), KubernetesName.CheckKey(key));
        EndpointRules.Validate(group.Template, "spec.template", context);
    }
}
