using System.Globalization;
using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Decision.Authorization;
using Hauberk.Policy.Resolution;

namespace Hauberk.Policy.Analysis.Rules;

/// <summary>Asks the decision's own matchers whether a field accepts a value. One policy's worth: fields depend on its namespace.</summary>
internal sealed class FieldProbe(string policyNamespace, TrustDomainSet trustDomains)
{
    private readonly FieldCompiler compiler = new(policyNamespace, trustDomains);
    private readonly Dictionary<RuleField, FieldMatcher?> matchers = new(ReferenceEqualityComparer.Instance);

    /// <param name="value">Of the field's dimension: an identity without scheme, an address, a port, a host, a method, a path, an SNI.</param>
    public bool Accepts(RuleField field, string value)
    {
        if (!matchers.TryGetValue(field, out var matcher))
            matchers[field] = matcher = compiler.Compile(field.Key, new(field.Path, field.Values, field.IsNegated));
        return matcher is null || matcher.Matches(FactsOf(field.Dimension, value));
    }

    private static RequestFacts FactsOf(FieldDimension dimension, string value) => new()
    {
        Connection = new(
            dimension == FieldDimension.Peer ? SpiffeId.Parse("spiffe://" + value) : null,
            dimension == FieldDimension.SourceAddress ? IPAddress.Parse(value) : IPAddress.Loopback,
            dimension == FieldDimension.DestinationAddress ? IPAddress.Parse(value) : IPAddress.Loopback,
            dimension == FieldDimension.Port ? int.Parse(value, CultureInfo.InvariantCulture) : 0,
            dimension == FieldDimension.Sni ? value : null)
        {
            RemoteAddress = dimension == FieldDimension.RemoteAddress ? IPAddress.Parse(value) : null,
        },
        Host = dimension == FieldDimension.Host ? value : "",
        Method = dimension == FieldDimension.Method ? value : "",
        Path = dimension == FieldDimension.Path ? value : "",
    };
}
