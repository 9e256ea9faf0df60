using Pipeline.Testing;
using Pipeline.Trainer.Runs;

namespace Pipeline.EndToEnd.Tests;

/// <summary>
/// The verb <c>compare</c> on runs that it cannot compare. Good ones: <see cref="TrainAndExportTests"/>.
/// </summary>
public sealed class CompareTests : IDisposable
{
    private static readonly string[] Names = ["a", "b"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Compare_PredictionsWithoutLabels_SaysSoAndLeavesTheFileAlone()
    {
        new RunRecord
        {
            State = RunState.Complete,
            RecipeHash = "r",
            Started = DateTimeOffset.UnixEpoch,
            DataHash = "d",
            DataRoot = folder.Path,
            Device = "cpu",
            Threads = 1,
            Versions = new Dictionary<string, string>(),
            Models = [.. Names.Select(name => new ModelRecord(new ComparisonRow(name, 0.5, 1, 1, 1), []))],
        }.Write(folder["run.json"]);
        folder.Write("split.csv", "path,split,label,sha256\n1.png,test,,\n");
        folder.Write("models/a/predictions.csv", "path,label,probability,error\n1.png,cat,0.9,\n");
        folder.Write("models/b/predictions.csv", "path,label,probability,error\n1.png,cat,0.9,\n");

        Outcome compared = await PipelineProgram.RunAsync("pipeline-train", folder.Path, "compare", "--run", ".");

        Assert.Equal(2, compared.ExitCode);
        Assert.Contains(
            "Run '.' has no predictions of images with labels that two of its models could read, "
                + "so there is nothing to compare them by. Train again with --force, "
                + "with labelled test or validation images.",
            compared.Error,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(folder["comparison.json"]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{ \"state\": \"running\" }")]
    public async Task Compare_RunThatIsNotComplete_SaysSo(string record)
    {
        folder.Write("run.json", record);

        Outcome compared = await PipelineProgram.RunAsync("pipeline-train", folder.Path, "compare", "--run", ".");

        Assert.Equal(2, compared.ExitCode);
        Assert.Contains(
            "Folder '.' is no finished run: its run.json is of another version, "
                + "or does not say that it is complete. Give a folder such as artifacts/<recipe>/latest.",
            compared.Error,
            StringComparison.Ordinal
        );
    }
}
