using System.Globalization;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Analysis.Rules;

internal static class RulePorts
{
    /// <summary>Whether traffic to a workload port may match the rule, as far as its port fields go.</summary>
    public static bool MayMatch(AuthorizationRule rule, int port, FieldProbe probe)
    {
        var value = port.ToString(CultureInfo.InvariantCulture);
        bool Accept(IEnumerable<RuleField> fields) => fields.Where(f => f.Dimension == FieldDimension.Port).All(f => probe.Accepts(f, value));
        return Accept(RuleField.OfWhen(rule, "")) && (rule.To.IsEmpty || rule.To.Any(operation => Accept(RuleField.Of(operation, ""))));
    }
}
