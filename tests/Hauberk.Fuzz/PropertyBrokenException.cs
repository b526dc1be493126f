namespace Hauberk.Fuzz;

/// <summary>The code under test gave an answer that must not be.</summary>
public sealed class PropertyBrokenException(string message) : Exception(message)
{
    internal static void Unless(bool holds, string property)
    {
        if (!holds) throw new PropertyBrokenException(property);
    }
}
