using System.Globalization;
using System.Text.Json;
using Hauberk.Policy.Reading;

namespace Hauberk.Cli.Output;

/// <summary>Stored objects as rows: what tells one from another at a glance. What is absent shows as "-".</summary>
internal sealed class ResourceTable(ResourceKind kind, bool withNamespace, TimeProvider clock)
{
    private readonly KindColumn[] columns = KindColumns.Of(kind);

    public Table Of(IEnumerable<JsonElement> items, string? change = null)
    {
        var titles = new List<Column>();
        if (change is not null) titles.Add("CHANGE");
        if (withNamespace) titles.Add("NAMESPACE");
        titles.Add("NAME");
        titles.AddRange(columns.Select(c => new Column(c.Title, Wraps: c.Wraps)));
        titles.Add(new Column("AGE", IsNumber: true));
        var table = new Table([.. titles]);
        foreach (var item in items) table.Add([.. Row(item, change)]);
        return table;
    }

    public static string NameOf(JsonElement item) => KindColumns.Text(item, "metadata", "name");

    public static string NamespaceOf(JsonElement item) => KindColumns.Text(item, "metadata", "namespace");

    public static string VersionOf(JsonElement item) => KindColumns.Text(item, "metadata", "resourceVersion");

    private IEnumerable<Cell> Row(JsonElement item, string? change)
    {
        if (change is not null) yield return change;
        if (withNamespace) yield return NamespaceOf(item);
        yield return NameOf(item);
        foreach (var column in columns) yield return column.Read(item);
        yield return AgeOf(item);
    }

    private Cell AgeOf(JsonElement item)
    {
        var text = KindColumns.Text(item, "metadata", "creationTimestamp");
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created)) return Cell.None;
        var age = clock.GetUtcNow() - created;
        return Amount.Duration(TimeSpan.FromSeconds(Math.Max(1, Math.Floor(age.TotalSeconds))));
    }
}
