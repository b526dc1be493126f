using System.Collections.Immutable;

namespace Hauberk.Policy.Resolution;

/// <summary>exportTo: nothing or "*" is everybody, "." the resource's own namespace, "~" nobody, anything else that namespace.</summary>
public static class Visibility
{
    public static bool Allows(ImmutableArray<string> exportTo, string ownNamespace, string clientNamespace) =>
        exportTo.IsDefaultOrEmpty
        || exportTo.Any(to => to == "*" || to == clientNamespace || (to == "." && ownNamespace == clientNamespace));
}
