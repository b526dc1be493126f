namespace Hauberk.Cli.Output;

internal sealed class Table(params Column[] columns)
{
    private readonly List<Cell[]> rows = [];

    public IReadOnlyList<Column> Columns => columns;

    public IReadOnlyList<Cell[]> Rows => rows;

    public void Add(params Cell[] row)
    {
        if (row.Length != columns.Length)
            throw new ArgumentException($"{columns.Length} cells are expected, not {row.Length}.", nameof(row));
        rows.Add(row);
    }
}
