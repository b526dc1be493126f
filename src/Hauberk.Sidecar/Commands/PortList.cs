using System.Collections.Immutable;
using System.Globalization;

namespace Hauberk.Sidecar.Commands;

/// <summary>Ports as they are written on the command line, separated by commas.</summary>
internal static class PortList
{
    /// <param name="problems">Gets a sentence for each that is no port.</param>
    public static ImmutableArray<int> Read(string list, ICollection<string> problems)
    {
        var ports = ImmutableArray.CreateBuilder<int>();
        foreach (var text in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
                ports.Add(port);
            else
                problems.Add($"{Hauberk.Identity.IdentityProblem.Show(text)} is not a port");
        }
        return ports.ToImmutable();
    }
}
