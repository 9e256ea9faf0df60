using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Reporting;

namespace Pipeline.Inference.Tests.Reporting;

public sealed class PredictionWriterTests
{
    private static readonly LabelSet Labels = new(["cat", "error"]);

    private static readonly Prediction[] Rows =
    [
        new()
        {
            Path = "a,\"b\"\nc.png",
            Label = "cat",
            ClassIndex = 0,
            Probability = 0.75f,
            Probabilities = [0.75f, 0.25f],
        },
        new() { Path = "ä.png", Error = "no image" },
    ];

    [Fact]
    public void Csv_Plain_HasTheFourColumnsAndNothingElse() =>
        Assert.Equal(
            "path,label,probability,error\n\"a,\"\"b\"\"\nc.png\",cat,0.75,\nä.png,,,no image\n",
            Text(PredictionFormat.Csv, allScores: false)
        );

    [Fact]
    public void Csv_AllScores_HasAColumnPerClassAndNoNameTwice() =>
        Assert.Equal(
            "path,label,probability,error,cat,class error\n\"a,\"\"b\"\"\nc.png\",cat,0.75,,0.75,0.25\nä.png,,,no "
                + "image,,\n",
            Text(PredictionFormat.Csv, allScores: true)
        );

    [Fact]
    public void Csv_TrueLabels_HaveAColumnThatIsEmptyWhereTheyAreNotKnown()
    {
        Prediction[] rows = [Rows[0] with { TrueLabel = "error" }, Rows[1] with { TrueLabel = "cat" }, Rows[0]];

        string text = Text(PredictionFormat.Csv, new PredictionWriterOptions { TrueLabels = true, TopK = 2 }, rows);

        Assert.Equal(
            "path,label,probability,error,true_label,label2,probability2\n"
                + "\"a,\"\"b\"\"\nc.png\",cat,0.75,,error,error,0.25\n"
                + "ä.png,,,no image,cat,,\n"
                + "\"a,\"\"b\"\"\nc.png\",cat,0.75,,,error,0.25\n",
            text
        );
    }

    [Fact]
    public void JsonLines_TrueLabels_AreAKeyThatIsNullWhereTheyAreNotKnown()
    {
        Prediction[] rows = [Rows[0] with { TrueLabel = "error" }, Rows[1]];

        var options = new PredictionWriterOptions { TrueLabels = true };
        string[] lines = Text(PredictionFormat.JsonLines, options, rows).Split('\n');

        Assert.EndsWith(",\"error\":null,\"trueLabel\":\"error\"}", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(",\"error\":\"no image\",\"trueLabel\":null}", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_AnyText_ReadsBackAsItWas()
    {
        string[] texts = [" a", "a ", "a b", "a,b", "\"", "a\"b\"", "a\nb", "a\rb", "\r\n", ",", " ", "ä;\t'"];
        Prediction[] rows = [.. texts.Select(text => new Prediction { Path = text, Error = text })];

        using var csv = new CsvReader(
            new StringReader(Text(PredictionFormat.Csv, new PredictionWriterOptions(), rows)),
            CultureInfo.InvariantCulture
        );

        Assert.Equal(
            texts.Select(text => (text, text)),
            csv.GetRecords<dynamic>().Select(row => ((string)row.path, (string)row.error))
        );
    }

    [Fact]
    public void JsonLines_Rows_AreAnObjectEach()
    {
        string[] lines = Text(PredictionFormat.JsonLines, allScores: true).Split('\n');

        Assert.Equal(3, lines.Length); // two rows and the end
        using JsonDocument good = JsonDocument.Parse(lines[0]);
        using JsonDocument bad = JsonDocument.Parse(lines[1]);
        Assert.Equal("a,\"b\"\nc.png", good.RootElement.GetProperty("path").GetString());
        Assert.Equal(0.25, good.RootElement.GetProperty("scores").GetProperty("error").GetDouble());
        Assert.Equal("no image", bad.RootElement.GetProperty("error").GetString());
        Assert.Equal(JsonValueKind.Null, bad.RootElement.GetProperty("probability").ValueKind);
        Assert.Equal(JsonValueKind.Null, bad.RootElement.GetProperty("label").ValueKind);
    }

    [Fact]
    public void Csv_TopK_HasTwoColumnsPerFurtherClass() =>
        Assert.Equal(
            "path,label,probability,error,label2,probability2\n"
                + "\"a,\"\"b\"\"\nc.png\",cat,0.75,,error,0.25\nä.png,,,no image,,\n",
            Text(PredictionFormat.Csv, new PredictionWriterOptions { TopK = 5 })
        );

    [Fact]
    public void JsonLines_TopK_IsAnArrayWithTheBestFirst()
    {
        string[] lines = Text(PredictionFormat.JsonLines, new PredictionWriterOptions { TopK = 2 }).Split('\n');

        Assert.EndsWith(
            """
            "error":null,"top":[{"label":"cat","probability":0.75},{"label":"error","probability":0.25}]}
            """,
            lines[0],
            StringComparison.Ordinal
        );
        Assert.EndsWith("\"error\":\"no image\",\"top\":[]}", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_WithoutHeader_HasRowsOnly() =>
        Assert.StartsWith(
            "\"a,",
            Text(PredictionFormat.Csv, new PredictionWriterOptions { Header = false }),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(1, new[] { 2 })]
    [InlineData(3, new[] { 2, 0, 1 })]
    [InlineData(9, new[] { 2, 0, 1, 3 })]
    public void TopClasses_WithTies_AreInLabelOrder(int count, int[] expected) =>
        Assert.Equal(expected, TopClasses.Find([0.2f, 0.2f, 0.5f, 0.1f], count));

    private static string Text(PredictionFormat format, bool allScores) =>
        Text(format, new PredictionWriterOptions { AllScores = allScores });

    private static string Text(PredictionFormat format, PredictionWriterOptions options) => Text(format, options, Rows);

    private static string Text(PredictionFormat format, PredictionWriterOptions options, IEnumerable<Prediction> rows)
    {
        using var stream = new MemoryStream();
        using (PredictionWriter writer = PredictionWriter.Create(format, stream, Labels, options))
        {
            foreach (Prediction row in rows)
            {
                writer.Write(row);
            }
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
