using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>How a rule can be filed: under each of these keys.</summary>
internal readonly record struct Filing(IndexKind Kind, ImmutableHashSet<string> Keys);
