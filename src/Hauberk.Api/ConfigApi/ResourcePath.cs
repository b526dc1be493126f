using System.Buffers;
using Hauberk.Policy.Reading;

namespace Hauberk.Api.ConfigApi;

/// <summary>Paths of the config API.</summary>
internal static class ResourcePath
{
    private const int MaxNameLength = 253;
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>A collection: of one namespace, of all of them where <paramref name="namespace"/> is null, or of the mesh.</summary>
    public static string Of(ResourceKind kind, string? @namespace)
    {
        var root = $"{(kind.Group.Length == 0 ? "api" : "apis")}/{kind.ApiVersion(kind.Versions[0])}";
        return @namespace is null || !kind.IsNamespaced ? $"{root}/{kind.Plural}" : $"{root}/namespaces/{@namespace}/{kind.Plural}";
    }

    public static string Of(ResourceKind kind, string? @namespace, string name) => $"{Of(kind, @namespace)}/{name}";

    /// <summary>False for what could mean another path ("..", "a/b", "x?y") or can be no name at all.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name is not ("." or "..") && !name.AsSpan().ContainsAnyExcept(NameCharacters);
}
