using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

internal static class WorkloadEntryValidator
{
    public static void Validate(WorkloadEntryResource entry, ValidationContext context)
    {
        // Its address is what identifies the sidecar and what others dial: a name would let DNS decide who that is.
        context.Check(ProblemCodes.InvalidAddress, "spec.address", EndpointRules.CheckAddress(entry.Endpoint.Address));
        EndpointRules.Validate(entry.Endpoint, "spec", context);
    }
}
