using System.Diagnostics.CodeAnalysis;
using Hauberk.Api.Distribution;
using CoreWorkload = Hauberk.Policy.Resources.Workload;

namespace Hauberk.Sidecar.Configuration;

/// <summary>A WorkloadConfiguration that was read.</summary>
internal sealed record WorkloadContents(CoreWorkload Workload, ReadPolicies Policies)
{
    public static bool TryRead(
        WorkloadConfiguration message, [NotNullWhen(true)] out WorkloadContents? contents, [NotNullWhen(false)] out string? problem)
    {
        contents = WorkloadConversion.TryRead(message.Workload, out var workload, out problem)
            ? new WorkloadContents(workload, PolicyReader.Read(message.Policies))
            : null;
        return contents is not null;
    }
}
