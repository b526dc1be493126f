using System.Collections.Immutable;
using System.Globalization;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>ports, destination.port: the workload port.</summary>
internal sealed class PortMatcher(FieldDescription description, ImmutableArray<int> ports) : FieldMatcher(description)
{
    public override IndexKind IndexKind => IndexKind.Port;

    public override ImmutableArray<string> IndexKeys => [.. ports.Select(p => p.ToString(CultureInfo.InvariantCulture))];

    public override string? Seen(in RequestFacts facts) => facts.Connection.Port.ToString(CultureInfo.InvariantCulture);

    protected override bool MatchesAny(in RequestFacts facts) => ports.Contains(facts.Connection.Port);
}
