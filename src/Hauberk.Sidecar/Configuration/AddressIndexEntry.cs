using System.Collections.Immutable;

namespace Hauberk.Sidecar.Configuration;

/// <summary>What the mesh knows of one address.</summary>
/// <param name="Destinations">Names of Destination resources; several where services share a ServiceEntry address, oldest first.</param>
/// <param name="IsMeshed">Something behind the address speaks mesh mTLS: never to be called in the clear for want of details.</param>
public sealed record AddressIndexEntry(ImmutableArray<string> Destinations, bool IsMeshed);
