using System.Collections.Immutable;

namespace Hauberk.Sidecar.Configuration;

/// <summary>The answer to "what is at this address?".</summary>
/// <param name="Destinations">For <see cref="LookupOutcome.Found"/>: at least one, oldest first; the port called decides among several.</param>
public readonly record struct DestinationLookup(LookupOutcome Outcome, ImmutableArray<DestinationSnapshot> Destinations, LookupRefusal Refusal)
{
    public static DestinationLookup External { get; } = new(LookupOutcome.External, [], LookupRefusal.None);

    public static DestinationLookup Found(ImmutableArray<DestinationSnapshot> destinations) =>
        new(LookupOutcome.Found, destinations, LookupRefusal.None);

    public static DestinationLookup Refused(LookupRefusal refusal) => new(LookupOutcome.Refused, [], refusal);
}
