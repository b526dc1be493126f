using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <param name="Path">Inside the rule: "from[0].source.principals".</param>
/// <param name="Values">As the operator wrote them.</param>
internal sealed record FieldDescription(string Path, ImmutableArray<string> Values, bool IsNegated);
