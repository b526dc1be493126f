using Hauberk.ControlPlane.Store;
using Hauberk.Policy.Reading;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>One kind in one of its versions, as paths name it. All versions share what is stored.</summary>
internal sealed record ResourceRoute(ResourceKind Kind, string Version)
{
    public string ApiVersion => Kind.ApiVersion(Version);

    public GroupResource GroupResource => new(Kind.Group, Kind.Plural);

    /// <summary>"/apis/security.istio.io/v1" or "/api/v1".</summary>
    public string Root => $"/{(Kind.Group.Length == 0 ? "api" : "apis")}/{ApiVersion}";

    public static IEnumerable<ResourceRoute> All { get; } =
        [.. ResourceKinds.All.Where(static k => k.IsStored).SelectMany(static k => k.Versions.Select(v => new ResourceRoute(k, v)))];

    public ResourceKey Key(string? @namespace, string name) => GroupResource.Key(@namespace ?? "", name);
}
