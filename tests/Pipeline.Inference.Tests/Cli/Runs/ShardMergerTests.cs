using Pipeline.Core.Errors;
using Pipeline.Inference.Cli.Runs;

namespace Pipeline.Inference.Tests.Cli.Runs;

public sealed class ShardMergerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ShardMergerTests()
    {
        Add("1.csv", "1/3", "path,label,probability,error\na,x,1,\nb,x,1,\ng,x,1,\n", 3);
        Add("2.csv", "2/3", "path,label,probability,error\n\"c\n\",x,1,\nd,x,1,\n", 2);
        Add("3.csv", "3/3", "path,label,probability,error\ne,x,1,\nf,x,1,\n", 2);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Merge_AllShardsInAnyOrder_TakesBatchesInTurns()
    {
        Assert.Equal(7, Merge("3.csv", "1.csv", "2.csv"));

        Assert.Equal(
            "path,label,probability,error\na,x,1,\nb,x,1,\n\"c\n\",x,1,\nd,x,1,\ne,x,1,\nf,x,1,\ng,x,1,\n",
            File.ReadAllText(folder["merged.csv"])
        );
    }

    [Fact]
    public void Merge_AShardIsMissingOrTwice_SaysWhich()
    {
        Assert.Equal("The shards are not complete: missing 2/3; give the files of all 3.", Refused("1.csv", "3.csv"));
        Assert.Equal(
            "The shards are not complete: missing 2/3; twice 1/3; give the files of all 3.",
            Refused("1.csv", "1.csv", "3.csv")
        );
    }

    [Fact]
    public void Merge_AFileWasChanged_SaysSo()
    {
        string content = File.ReadAllText(folder["2.csv"]);
        File.WriteAllText(folder["2.csv"], content.Replace('c', 'd')); // of equal length

        Assert.Equal(
            $"Shard '{folder["2.csv"]}' was changed since it was written. Score it again.",
            Refused("1.csv", "2.csv", "3.csv")
        );
    }

    [Fact]
    public void Merge_AnotherModel_SaysSo()
    {
        Change("2.csv", state => state with { Model = new string('b', 64) });

        Assert.Equal(
            $"Shards '{folder["1.csv"]}' and '{folder["2.csv"]}' do not belong together: "
                + "the second has model bbbbbbbbbbbb and not aaaaaaaaaaaa as the first. Score it again.",
            Refused("1.csv", "2.csv", "3.csv")
        );
    }

    [Fact]
    public void Merge_AnotherDeviceOrPreprocessing_SaysSo()
    {
        Change("2.csv", state => state with { Device = "cuda", Explanation = new string('c', 64) });

        Assert.Contains(
            "the second has --preprocessing and --labels cccccccccccc and not by default, "
                + "--device cuda and not cpu as the first.",
            Refused("1.csv", "2.csv", "3.csv"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Merge_AnotherList_SaysSo()
    {
        Change("3.csv", state => state with { Listing = "other", Files = 8 });

        Assert.Equal(
            $"Shards '{folder["1.csv"]}' and '{folder["3.csv"]}' were made from different lists of 7 and 8 files. "
                + "Score both again from the same list.",
            Refused("1.csv", "2.csv", "3.csv")
        );
    }

    [Fact]
    public void Merge_ADamagedOrMissingNote_SaysSo()
    {
        File.WriteAllText(folder["2.csv.run.json"], "{");
        Assert.Contains("2.csv.run.json' is damaged", Refused("1.csv", "2.csv", "3.csv"), StringComparison.Ordinal);

        File.Delete(folder["2.csv.run.json"]);
        Assert.Contains("2.csv.run.json' is missing", Refused("1.csv", "2.csv", "3.csv"), StringComparison.Ordinal);
    }

    private long Merge(params string[] names) =>
        ShardMerger.Merge([.. names.Select(name => folder[name])], folder["merged.csv"]);

    private string Refused(params string[] names)
    {
        string message = Assert.Throws<DatasetException>(() => Merge(names)).Message;
        Assert.False(File.Exists(folder["merged.csv"]));
        return message;
    }

    private void Add(string name, string shard, string content, long rows)
    {
        File.WriteAllText(folder[name], content);
        new ScoringRunState
        {
            Model = new string('a', 64),
            Format = "csv",
            AllScores = false,
            TopK = 1,
            BatchSize = 2,
            Shard = shard,
            Files = 7,
            Rows = rows,
            Sha256 = ScoringRunState.HashOf(folder[name]),
            Listing = "list",
        }.Write(folder[name + ".run.json"]);
    }

    private void Change(string name, Func<ScoringRunState, ScoringRunState> change) =>
        change(ScoringRunState.Read(folder[name + ".run.json"])).Write(folder[name + ".run.json"]);
}
