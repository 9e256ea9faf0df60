using Pipeline.Inference.Cli.Runs;
using Pipeline.Inference.Reporting;

namespace Pipeline.Inference.Tests.Cli.Runs;

public sealed class PredictionFileTests : IDisposable
{
    private const string Header = "path,label,probability,error\n";

    private static readonly ScoringRunState State = new()
    {
        Model = new string('a', 64),
        Format = "csv",
        AllScores = false,
        TopK = 1,
        BatchSize = 2,
        Shard = "1/1",
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", 0, "")]
    [InlineData("path,lab", 0, "")]
    [InlineData(Header + "a,x,1,\n", 0, "")]
    [InlineData(Header + "a,x,1,\nb,x,1,\n", 2, Header + "a,x,1,\nb,x,1,\n")]
    [InlineData(Header + "a,x,1,\nb,x,1,\nc,x,1,\n\"d", 2, Header + "a,x,1,\nb,x,1,\n")]
    [InlineData(Header + "a,x,1,\nb,x,1,\nc,x\nd,x,1,\n", 2, Header + "a,x,1,\nb,x,1,\n")] // a row with a field missing
    // what a crash of the machine can leave
    [InlineData(Header + "a,x,1,\nb,x,1,\n\0\0\0\0\0\0\n\0\0\n", 2, Header + "a,x,1,\nb,x,1,\n")]
    [InlineData(Header + "a,x,1,\n\"b\n\",x,1,\n\"c", 2, Header + "a,x,1,\n\"b\n\",x,1,\n")]
    public void CutBack_ATornFile_KeepsWholeBatchesOnly(string content, long rows, string kept)
    {
        PredictionFile file = Begun(content, PredictionFormat.Csv, State);

        Assert.Equal(rows, file.CutBack(State));
        Assert.Equal(kept, File.ReadAllText(file.Partial));
    }

    [Fact]
    public void CutBack_JsonLines_KeepsWholeBatchesOnly()
    {
        const string Row = """{"path":"a","label":"x","probability":1,"error":null}""" + "\n";
        ScoringRunState state = State with { Format = "jsonl" };
        PredictionFile file = Begun(Row + Row + Row + "{\"path\":\"a\",\"lab\n", PredictionFormat.JsonLines, state);

        Assert.Equal(2, file.CutBack(state));
        Assert.Equal(Row + Row, File.ReadAllText(file.Partial));
    }

    private PredictionFile Begun(string content, PredictionFormat format, ScoringRunState state)
    {
        var file = new PredictionFile(folder["p"], format);
        file.Begin(state);
        File.WriteAllText(file.Partial, content);
        return file;
    }
}
