using Pipeline.Core.Errors;
using Pipeline.Core.Metrics;
using Pipeline.Testing;
using Pipeline.Trainer.Runs;

namespace Pipeline.Trainer.Tests.Runs;

public sealed class RunComparisonTests : IDisposable
{
    private static readonly ComparisonRow[] Rows =
    [
        .. new[] { "a", "b", "c" }.Select(name => new ComparisonRow(name, 0.5, 1, 1, 1)),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Of_ThreeModels_ComparesEachWithThoseBeforeIt()
    {
        WriteSplit(
            "1.png,test,cat,",
            "2.png,test,cat,",
            "3.png,test,dog,",
            "4.png,test,dog,",
            "5.png,test,dog,",
            "6.png,train,dog,"
        );
        WritePredictions("a", "1.png,cat,0.9,", "2.png,dog,0.9,", "3.png,dog,0.9,", "4.png,cat,0.9,", "5.png,cat,0.9,");
        WritePredictions("b", "1.png,cat,0.9,", "2.png,cat,0.9,", "3.png,dog,0.9,", "4.png,dog,0.9,", "5.png,cat,0.9,");
        WritePredictions("c", "1.png,dog,0.9,", "2.png,cat,0.9,", "3.png,dog,0.9,", "4.png,dog,0.9,", "5.png,dog,0.9,");

        IReadOnlyList<ComparisonRow> rows = RunComparison.Compare(RunFolder.At(folder.Path), Rows);

        Assert.Empty(rows[0].Against ?? throw new InvalidOperationException());
        Assert.Equal([new ModelPair("a", new PairedCounts(2, 0, 2, 1))], rows[1].Against);
        Assert.Equal(
            [new ModelPair("a", new PairedCounts(1, 1, 3, 0)), new ModelPair("b", new PairedCounts(3, 1, 1, 0))],
            rows[2].Against
        );
    }

    [Fact]
    public void Of_AnImageThatOneCannotRead_LeavesItOut()
    {
        WriteSplit("1.png,test,cat,", "\"odd, name.png\",test,cat,");
        WritePredictions("a", "1.png,,,it is no image", "\"odd, name.png\",cat,0.9,");
        WritePredictions("b", "1.png,cat,0.9,", "\"odd, name.png\",,0.4,"); // held back: not right

        IReadOnlyList<ComparisonRow> rows = RunComparison.Compare(RunFolder.At(folder.Path), Rows[..2]);

        Assert.Equal([new ModelPair("a", new PairedCounts(0, 1, 0, 0))], rows[1].Against);
    }

    [Fact]
    public void Of_UnlabelledTestImages_TakesTheValidationImages()
    {
        WriteSplit("1.png,validation,cat,", "2.png,test,,");
        foreach (string model in new[] { "a", "b" })
        {
            WritePredictions(model, "2.png,dog,0.9,");
            folder.Write(
                $"models/{model}/predictions.validation.csv",
                "path,label,probability,error\n1.png,cat,0.9,\n"
            );
        }

        IReadOnlyList<ComparisonRow> rows = RunComparison.Compare(RunFolder.At(folder.Path), Rows[..2]);

        Assert.Equal([new ModelPair("a", new PairedCounts(1, 0, 0, 0))], rows[1].Against);
    }

    [Fact]
    public void Of_NoLabelledPrediction_HasNoPair()
    {
        WriteSplit("2.png,test,,");
        WritePredictions("a", "2.png,dog,0.9,");
        WritePredictions("b", "2.png,dog,0.9,");

        IReadOnlyList<ComparisonRow> rows = RunComparison.Compare(RunFolder.At(folder.Path), Rows[..2]);

        Assert.All(rows, row => Assert.True(row.Against is []));
    }

    [Fact]
    public void Of_AFileWithOtherColumns_SaysWhichFile()
    {
        folder.Write("split.csv", "file,class\n1.png,cat\n");

        var error = Assert.Throws<DatasetException>(() => RunComparison.Compare(RunFolder.At(folder.Path), Rows[..2]));

        Assert.StartsWith(
            $"'{folder["split.csv"]}' cannot be read as the table that a run writes, with the columns path, label: ",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.EndsWith(" Give a complete run, or train again with --force.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_RowsWithPairs_ReadsThemBack()
    {
        ComparisonRow row = Rows[1] with { Against = [new ModelPair("a", new PairedCounts(70, 4, 16, 10))] };

        ComparisonFile.Write(folder["comparison.json"], [row]);

        ComparisonRow read = Assert.Single(ComparisonFile.Read(folder["comparison.json"]));
        Assert.Equal(row.Against, read.Against);
        Assert.Equal(row with { Against = null }, read with { Against = null });
    }

    private void WriteSplit(params string[] rows) =>
        folder.Write("split.csv", "path,split,label,sha256\n" + string.Join('\n', rows) + "\n");

    private void WritePredictions(string model, params string[] rows) =>
        folder.Write(
            $"models/{model}/predictions.csv",
            "path,label,probability,error\n" + string.Join('\n', rows) + "\n"
        );
}
