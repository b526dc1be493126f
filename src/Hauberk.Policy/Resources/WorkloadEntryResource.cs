namespace Hauberk.Policy.Resources;

public sealed record WorkloadEntryResource : Resource
{
    public required WorkloadEndpoint Endpoint { get; init; }
}
