using System.Collections.Immutable;
using System.Globalization;
using Hauberk.CommandLines;
using Hauberk.Sidecar.Capture;

namespace Hauberk.Sidecar.Commands;

/// <summary>Ports as they are written on the command line, separated by commas.</summary>
internal static class PortList
{
    /// <summary>What is not captured: what was written, and SSH unless the operator captures that too, so that no list of other ports locks one out.</summary>
    public static ImmutableArray<int> ReadExclusions(string? list, bool capturesSsh, ICollection<string> problems) =>
        [.. capturesSsh ? [] : CaptureRules.DefaultExclusions, .. Read(list, problems)];

    /// <param name="problems">Gets a sentence for each that is no port.</param>
    public static ImmutableArray<int> Read(string? list, ICollection<string> problems)
    {
        var ports = ImmutableArray.CreateBuilder<int>();
        foreach (var text in CommaList.Split(list))
        {
            if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
                ports.Add(port);
            else
                problems.Add($"{Hauberk.Identity.IdentityProblem.Show(text)} is not a port");
        }
        return ports.ToImmutable();
    }
}
