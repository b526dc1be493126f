using System.Collections.Immutable;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation.Kinds;

namespace Hauberk.Policy.Validation;

/// <summary>The rules that one resource must keep by itself. What needs other resources to be seen is analysis.</summary>
public static class ResourceValidator
{
    /// <returns>All problems at once; the resource is valid where none is an error.</returns>
    public static ImmutableArray<PolicyProblem> Validate(Resource resource)
    {
        var problems = new ProblemCollector(ReadLimits.Default.MaxProblems);
        var context = new ValidationContext(resource, problems);
        MetadataValidator.Validate(resource, context);
        ValidateSpec(resource, context);
        return problems.ToImmutable();
    }

    private static void ValidateSpec(Resource resource, ValidationContext context)
    {
        switch (resource)
        {
            case PeerAuthenticationResource peer: PeerAuthenticationValidator.Validate(peer, context); break;
            case AuthorizationPolicyResource policy: AuthorizationPolicyValidator.Validate(policy, context); break;
            case RequestAuthenticationResource request: RequestAuthenticationValidator.Validate(request, context); break;
            case DestinationRuleResource rule: DestinationRuleValidator.Validate(rule, context); break;
            case ServiceEntryResource entry: ServiceEntryValidator.Validate(entry, context); break;
            case WorkloadEntryResource entry: WorkloadEntryValidator.Validate(entry, context); break;
            case WorkloadGroupResource group: WorkloadGroupValidator.Validate(group, context); break;
            case ServiceResource service: ServiceValidator.Validate(service, context); break;
            case MeshConfigResource mesh: MeshConfigValidator.Validate(mesh, context); break;
        }
    }
}
