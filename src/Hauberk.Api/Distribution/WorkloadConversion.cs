using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using CoreWorkload = Hauberk.Policy.Resources.Workload;

namespace Hauberk.Api.Distribution;

public static class WorkloadConversion
{
    private const int MaxAddresses = 64;

    public static Workload ToMessage(this CoreWorkload workload)
    {
        ArgumentNullException.ThrowIfNull(workload);
        var message = new Workload { Namespace = workload.Namespace, Name = workload.Name, ServiceAccount = workload.ServiceAccount };
        foreach (var (key, value) in workload.Labels.OrderBy(static l => l.Key, StringComparer.Ordinal))
            message.Labels.Add(key, value);
        message.Addresses.AddRange(workload.Addresses);
        return message;
    }

    /// <param name="workload">Always with a sidecar: the message tells a sidecar what it serves.</param>
    public static bool TryRead(
        Workload? message, [NotNullWhen(true)] out CoreWorkload? workload, [NotNullWhen(false)] out string? problem)
    {
        problem = message is null ? "there is no workload" : Check(message);
        workload = problem is not null ? null : new CoreWorkload
        {
            Namespace = message!.Namespace,
            Name = message.Name,
            ServiceAccount = message.ServiceAccount,
            Labels = message.Labels.ToImmutableDictionary(StringComparer.Ordinal),
            Addresses = [.. message.Addresses],
        };
        return workload is not null;
    }

    private static string? Check(Workload message) =>
        WireText.CheckName("workload.namespace", message.Namespace)
        ?? WireText.CheckName("workload.name", message.Name)
        ?? WireText.CheckName("workload.service_account", message.ServiceAccount)
        ?? WireText.CheckLabels("workload.labels", message.Labels)
        ?? (message.Addresses.Count > MaxAddresses ? $"workload.addresses has {message.Addresses.Count}, more than {MaxAddresses}" : null)
        ?? message.Addresses.Select(static a => WireText.CheckAddress("workload.addresses", a)).FirstOrDefault(static p => p is not null);
}
