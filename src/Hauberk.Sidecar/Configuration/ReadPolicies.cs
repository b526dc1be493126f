using System.Collections.Immutable;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Sidecar.Configuration;

/// <param name="Unsupported">What cannot be enforced here: whatever it governs is denied.</param>
internal sealed record ReadPolicies(ImmutableArray<Resource> Resources, ImmutableArray<UnsupportedResource> Unsupported);
