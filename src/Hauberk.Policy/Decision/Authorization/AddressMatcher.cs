using System.Collections.Immutable;
using System.Net;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>ipBlocks, remoteIpBlocks, source.ip, remote.ip, destination.ip.</summary>
internal sealed class AddressMatcher(FieldDescription description, AddressOf of, ImmutableArray<AddressRange> ranges) : FieldMatcher(description)
{
    public override string? Seen(in RequestFacts facts) => Address(facts).ToString();

    protected override bool MatchesAny(in RequestFacts facts)
    {
        var address = Address(facts);
        foreach (var range in ranges)
            if (range.Contains(address)) return true;
        return false;
    }

    private IPAddress Address(in RequestFacts facts) => of switch
    {
        AddressOf.Source => facts.Connection.SourceAddress,
        AddressOf.Remote => facts.Connection.RemoteAddress ?? facts.Connection.SourceAddress,
        _ => facts.Connection.DestinationAddress,
    };
}
