using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Testing;

/// <summary>Expectations about one set of resources, ready to be put to the engine.</summary>
/// <param name="File">Where it was read.</param>
public sealed record PolicyTest(string File, string Name, ResourceSet Resources, ImmutableArray<PolicyTestCase> Cases);
