using System.Diagnostics.CodeAnalysis;
using Hauberk.Cli.Output;
using Hauberk.Policy.Reading;

namespace Hauberk.Cli;

/// <summary>Kinds as operators type them.</summary>
internal static class KindName
{
    public const string Help = "Kind: plural, singular or short, such as peerauthentications, peerauthentication or pa.";

    public static bool TryFind(string name, Printer printer, [NotNullWhen(true)] out ResourceKind? kind)
    {
        kind = ResourceKinds.FindByName(name);
        if (kind is { IsStored: true }) return true;
        var known = ResourceKinds.All.Where(k => k.IsStored).Select(k => $"{k.Plural} ({string.Join(", ", k.ShortNames)})");
        var problem = kind is null ? $"\"{name}\" is not a kind of resource" : $"{kind.Name} lives in files only";
        printer.Fail(problem, $"Kinds: {string.Join(", ", known)}");
        kind = null;
        return false;
    }
}
