using System.Text;
using Pipeline.Inference.Cli.Runs;
using Pipeline.Inference.Reporting;

namespace Pipeline.Inference.Tests.Cli.Runs;

public sealed class RowReaderTests
{
    [Fact]
    public void TryRead_QuotedLineEnds_BelongToTheRow() =>
        Assert.Equal(
            ["path,label\n", "\"a\nb\",x\n", "\"say \"\"hi\n\"\"\",y\n"],
            Rows("path,label\n\"a\nb\",x\n\"say \"\"hi\n\"\"\",y\n\"torn", PredictionFormat.Csv)
        );

    [Fact]
    public void TryRead_JsonLines_DoNotCountQuotes() =>
        Assert.Equal(
            ["{\"path\":\"a\\\"\"}\n", "{}\n"],
            Rows("{\"path\":\"a\\\"\"}\n{}\n{\"pa", PredictionFormat.JsonLines)
        );

    [Fact]
    public void TryRead_RowsLongerThanTheBuffer_AreWhole()
    {
        string[] rows = [Row(65_535), Row(65_536), Row(1), Row(200_000)];

        Assert.Equal(rows, Rows(string.Concat(rows), PredictionFormat.Csv));
    }

    [Theory]
    [InlineData("a.png,cat,0.5,\n", new[] { "a.png", "cat", "0.5", "" })]
    [InlineData("\"a,\"\"b\"\"\nc.png\",cat,0.5,\n", new[] { "a,\"b\"\nc.png", "cat", "0.5", "" })]
    [InlineData("\"\"\"\",,,\"no, image\"\n", new[] { "\"", "", "", "no, image" })]
    public void Split_ARow_GivesTheFieldsThatWereWritten(string row, string[] expected) =>
        Assert.Equal(expected, PredictionRow.Split(Encoding.UTF8.GetBytes(row)));

    [Theory]
    [InlineData("path,label,probability,error\na,,0.4,\nb,,,broken\nc,x,1,\n", PredictionFormat.Csv)]
    [InlineData(
        "{\"path\":\"a\",\"label\":\"\",\"error\":null}\n"
            + "{\"path\":\"b\",\"label\":null,\"error\":\"broken\"}\n"
            + "{\"path\":\"c\",\"label\":\"x\",\"error\":null}\n",
        PredictionFormat.JsonLines
    )]
    public void ReadAll_LabelsThatWereHeldBack_AreNone(string text, PredictionFormat format) =>
        Assert.Equal(
            [new("a", null, null), new("b", null, "broken"), new("c", "x", null)],
            PredictionRow.ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(text)), format).Select(item => item.Row)
        );

    private static string Row(int length) => new string('x', length) + "\n";

    private static List<string> Rows(string text, PredictionFormat format)
    {
        var reader = new RowReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), format);
        var rows = new List<string>();
        while (reader.TryRead(out ReadOnlySpan<byte> row))
        {
            rows.Add(Encoding.UTF8.GetString(row));
        }

        return rows;
    }
}
