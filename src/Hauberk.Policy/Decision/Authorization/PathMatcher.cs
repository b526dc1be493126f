using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>paths: patterns and URI templates against the normalised path.</summary>
internal sealed class PathMatcher : FieldMatcher
{
    private readonly PatternSet patterns;
    private readonly ImmutableArray<PathTemplate> templates;

    /// <param name="templates">Parsed from the values that are templates.</param>
    public PathMatcher(FieldDescription description, ImmutableArray<PathTemplate> templates) : base(description)
    {
        this.templates = templates;
        patterns = new PatternSet(description.Values.Where(v => !PathTemplate.IsTemplate(v)));
        var keys = description.Values.Select(KeyOf).ToImmutableArray();
        IndexKind = keys.Contains(null) ? IndexKind.None : IndexKind.Path;
        IndexKeys = IndexKind == IndexKind.None ? [] : [.. keys.OfType<string>()];
    }

    public override IndexKind IndexKind { get; }

    public override ImmutableArray<string> IndexKeys { get; }

    public override string? Seen(in RequestFacts facts) => facts.Path.ToString();

    protected override bool MatchesAny(in RequestFacts facts)
    {
        if (patterns.Matches(facts.Path)) return true;
        foreach (var template in templates)
            if (template.Matches(facts.Path)) return true;
        return false;
    }

    // An exact path is its own key; a prefix or template is found under the last folder that it fixes.
    private static string? KeyOf(string value)
    {
        if (PathTemplate.IsTemplate(value)) return Folder(value[..value.IndexOf('{', StringComparison.Ordinal)]);
        var pattern = ValuePattern.Parse(value);
        return pattern.Kind switch
        {
            PatternKind.Exact => pattern.Text,
            PatternKind.Prefix => Folder(pattern.Text),
            _ => null,
        };
    }

    private static string? Folder(string literal) =>
        literal.LastIndexOf('/') is var slash and >= 0 ? literal[..(slash + 1)] : null;
}
