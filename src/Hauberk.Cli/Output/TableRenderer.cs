using Spectre.Console;

namespace Hauberk.Cli.Output;

/// <summary>
/// Draws tables without lines. Where a row does not fit, each row becomes a small block of "TITLE  value" lines instead of being broken up.
/// Keeps column widths from one table to the next, so that what arrives in pieces stays aligned.
/// </summary>
internal sealed class TableRenderer(IAnsiConsole console, int width)
{
    private const int Gap = 2;
    private const int MinWrappedWidth = 24;
    private int[] widths = [];

    public void Write(Table table, bool withTitles = true)
    {
        Measure(table);
        var wrapped = table.Columns.Select(c => c.Wraps).ToArray();
        var needed = widths.Select((w, i) => wrapped[i] ? Math.Min(w, MinWrappedWidth) : w).Sum() + Gap * (widths.Length - 1);
        if (needed <= width) WriteRows(table, withTitles);
        else WriteBlocks(table);
    }

    private void Measure(Table table)
    {
        if (widths.Length != table.Columns.Count) widths = [.. table.Columns.Select(c => c.Title.Length)];
        foreach (var row in table.Rows)
            for (var i = 0; i < row.Length; i++) widths[i] = Math.Max(widths[i], SafeText.Of(row[i].Text).GetCellWidth());
    }

    private void WriteRows(Table table, bool withTitles)
    {
        var drawn = new Spectre.Console.Table { Border = TableBorder.None, ShowHeaders = withTitles };
        for (var i = 0; i < table.Columns.Count; i++) drawn.AddColumn(ColumnOf(table.Columns[i], i));
        foreach (var row in table.Rows) drawn.AddRow(row.Select(TextOf));
        console.Write(drawn);
    }

    private TableColumn ColumnOf(Column column, int index)
    {
        var last = index == widths.Length - 1;
        return new TableColumn(new Text(column.Title, new Style(decoration: Decoration.Bold)))
        {
            Alignment = column.IsNumber ? Justify.Right : Justify.Left,
            NoWrap = !column.Wraps,
            Width = column.Wraps ? null : widths[index],
            Padding = new Padding(0, 0, last ? 0 : Gap, 0),
        };
    }

    private void WriteBlocks(Table table)
    {
        var titleWidth = table.Columns.Max(c => c.Title.Length);
        for (var i = 0; i < table.Rows.Count; i++)
        {
            if (i > 0) console.WriteLine();
            var block = new Grid();
            block.AddColumn(new GridColumn { NoWrap = true, Width = titleWidth, Padding = new Padding(0, 0, Gap, 0) });
            block.AddColumn(new GridColumn { Padding = new Padding(0) });
            foreach (var (column, cell) in table.Columns.Zip(table.Rows[i]))
                if (cell != Cell.None) block.AddRow(new Text(column.Title, new Style(decoration: Decoration.Bold)), TextOf(cell));
            console.Write(block);
        }
    }

    private static Text TextOf(Cell cell) => new(SafeText.Of(cell.Text), StyleOf(cell.Tone));

    public static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Good => new Style(Color.Green),
        Tone.Warning => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red),
        Tone.Quiet => new Style(decoration: Decoration.Dim),
        _ => Style.Plain,
    };
}
