using Hauberk.Cli.Output;

namespace Hauberk.Cli.Tests.Output;

public sealed class PrinterTests
{
    [Fact]
    public void A_wide_enough_terminal_gets_rows_without_trailing_space()
    {
        Assert.Equal(
            """
            NAME    COUNT  WHY
            orders     12  nothing restricts it
            web         -  a rule

            """, Draw(40, Sample()));
    }

    [Fact]
    public void Free_text_breaks_into_the_room_that_is_left()
    {
        var table = new Table("NAME", new Column("WHY", Wraps: true));
        table.Add("orders", "one two three four five six seven eight nine");
        Assert.Equal(
            """
            NAME    WHY
            orders  one two three four five
                    six seven eight nine

            """, Draw(32, table));
    }

    [Fact]
    public void A_narrow_terminal_gets_a_block_for_each_row()
    {
        Assert.Equal(
            """
            NAME   orders
            COUNT  12
            WHY    nothing
                   restricts it

            NAME   web
            WHY    a rule

            """, Draw(22, Sample()));
    }

    [Fact]
    public void Rows_that_come_later_keep_the_columns()
    {
        using var output = new StringWriter();
        var printer = new Printer(CliRun.TerminalOf(output, TextWriter.Null));
        printer.Write(Of("orders-service"));
        printer.Write(Of("web"), withTitles: false);
        Assert.Equal("NAME            END\norders-service  x\nweb             x\n", output.ToString());

        static Table Of(string name)
        {
            var table = new Table("NAME", "END");
            table.Add(name, "x");
            return table;
        }
    }

    [Fact]
    public void Foreign_text_cannot_steer_the_terminal()
    {
        var table = new Table("NAME");
        table.Add("a\u001b[31mb\r\nc\u202Ed[red]");
        Assert.Equal("NAME\na<U+001B>[31mb<U+000D><U+000A>c<U+202E>d[red]\n", Draw(0, table));
        using var error = new StringWriter();
        new Printer(CliRun.TerminalOf(TextWriter.Null, error)).Fail("x\u001b]0;y\u0007");
        Assert.Equal("error: x<U+001B>]0;y<U+0007>\n", error.ToString());
    }

    [Fact]
    public void Colour_is_for_terminals_only()
    {
        using var output = new StringWriter();
        var terminal = CliRun.TerminalOf(output, TextWriter.Null, width: 80) with { HasColor = true };
        new Printer(terminal).Line(new Cell("bad", Tone.Bad));
        Assert.Contains("\u001b[", output.ToString(), StringComparison.Ordinal);
        output.GetStringBuilder().Clear();
        new Printer(terminal with { IsOutTerminal = false }).Line(new Cell("bad", Tone.Bad));
        Assert.Equal("bad\n", output.ToString());
    }

    private static Table Sample()
    {
        var table = new Table("NAME", new Column("COUNT", IsNumber: true), new Column("WHY", Wraps: true));
        table.Add("orders", "12", "nothing restricts it");
        table.Add("web", "", "a rule");
        return table;
    }

    private static string Draw(int width, Table table)
    {
        using var output = new StringWriter();
        new Printer(CliRun.TerminalOf(output, TextWriter.Null, width: width)).Write(table);
        return output.ToString();
    }
}
