using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>Which resources of a list or watch are asked for: a namespace, labels (equality), a name.</summary>
internal sealed record ResourceSelector(string? Namespace, string? Name, ImmutableArray<(string Key, string Value, bool IsEqual)> Labels)
{
    private const int MaxTerms = 64;
    private static readonly SearchValues<char> NotInValues = SearchValues.Create("=,!() ");

    public static bool TryParse(
        string? @namespace, string? labelSelector, string? fieldSelector,
        [NotNullWhen(true)] out ResourceSelector? selector, [NotNullWhen(false)] out ApiFailure? failure)
    {
        selector = null;
        if (!TryTerms(labelSelector, out var labels)) return Fail("labelSelector", labelSelector, out failure);
        if (!TryTerms(fieldSelector, out var fields)) return Fail("fieldSelector", fieldSelector, out failure);
        string? name = null;
        foreach (var (key, value, isEqual) in fields)
        {
            if (!isEqual || key is not ("metadata.name" or "metadata.namespace")) return Fail("fieldSelector", fieldSelector, out failure);
            if (key == "metadata.name") name = value;
            else @namespace ??= value;
        }
        selector = new(@namespace, name, labels);
        failure = null;
        return true;
    }

    public bool Matches(StoredResource? resource) =>
        resource is not null
        && (Namespace is null || resource.Key.Namespace == Namespace)
        && (Name is null || resource.Key.Name == Name)
        && (Labels.IsEmpty || MatchesLabels(resource.Json));

    private bool MatchesLabels(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var labels = document.RootElement.TryGetProperty("metadata", out var metadata)
            && metadata.TryGetProperty("labels", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        foreach (var (key, value, isEqual) in Labels)
        {
            var has = labels.ValueKind == JsonValueKind.Object && labels.TryGetProperty(key, out var actual) && actual.ValueEquals(value);
            if (has != isEqual) return false;
        }
        return true;
    }

    /// <summary>"a=b,c==d,e!=f".</summary>
    private static bool TryTerms(string? text, out ImmutableArray<(string Key, string Value, bool IsEqual)> terms)
    {
        terms = [];
        if (string.IsNullOrWhiteSpace(text)) return true;
        foreach (var term in text.Split(',', MaxTerms))
        {
            var isEqual = !term.Contains("!=", StringComparison.Ordinal);
            var at = term.IndexOf(isEqual ? "=" : "!=", StringComparison.Ordinal);
            var value = at < 0 ? "" : term[(at + (isEqual ? 1 : 2))..].TrimStart('=').Trim();
            var key = at < 0 ? "" : term[..at].Trim();
            if (key.Length == 0 || value.AsSpan().ContainsAny(NotInValues)) return false;
            terms = terms.Add((key, value, isEqual));
        }
        return true;
    }

    private static bool Fail(string parameter, string? text, out ApiFailure failure)
    {
        failure = ApiFailure.BadRequest($"{parameter} {Hauberk.Identity.IdentityProblem.Show(text)} is not supported: "
            + (parameter == "labelSelector" ? "only key=value and key!=value, joined by commas" : "only metadata.name=… and metadata.namespace=…"));
        return false;
    }
}
