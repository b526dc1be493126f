using Google.Protobuf.Reflection;

namespace Hauberk.Api.Distribution;

/// <summary>The delta-xDS resource types of this mesh.</summary>
public static class ResourceTypeUrl
{
    private const string Prefix = "type.googleapis.com/";

    public static string WorkloadConfiguration { get; } = Of(Distribution.WorkloadConfiguration.Descriptor);

    public static string MeshSettings { get; } = Of(Distribution.MeshSettings.Descriptor);

    public static string TrustBundle { get; } = Of(Distribution.TrustBundle.Descriptor);

    public static string AddressIndexEntry { get; } = Of(Distribution.AddressIndexEntry.Descriptor);

    public static string Destination { get; } = Of(Distribution.Destination.Descriptor);

    /// <summary>In the order in which a sidecar needs them: whom to trust first, what to do with it last.</summary>
    public static IReadOnlyList<string> All { get; } = [TrustBundle, MeshSettings, WorkloadConfiguration, AddressIndexEntry, Destination];

    /// <summary>"TrustBundle" of "type.googleapis.com/hauberk.v1.TrustBundle".</summary>
    public static string ShortName(string typeUrl) => typeUrl[(typeUrl.LastIndexOf('.') + 1)..];

    private static string Of(MessageDescriptor message) => Prefix + message.FullName;
}
