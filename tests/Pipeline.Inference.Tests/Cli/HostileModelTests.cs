using Pipeline.Core.Errors;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Cli;

/// <summary>
/// Graphs that loop for ever, ask for 14 GB, or answer by the company that an image is in;
/// <c>tests/data/models/make.py</c> makes them.
/// </summary>
public sealed class HostileModelTests : IDisposable
{
    private static readonly string Preprocessing = """
        {
          "preprocessing": { "version": 3, "resize": "squash", "width": 8, "height": 8, "kernel": "bicubic",
            "antialias": true, "scale": 1, "mean": [0, 0, 0], "std": [1, 1, 1] },
          "labels": ["blue", "green", "red"], "output": "logits"
        }
        """;

    private readonly TemporaryFolder folder = new();

    public HostileModelTests()
    {
        folder.Write("images/red.png", TestPictures.PngOf("red"));
        folder.Write("p.json", System.Text.Encoding.UTF8.GetBytes(Preprocessing));
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("endless-loop", "did not score a batch of")]
    [InlineData("huge-constant", "Failed to allocate memory")]
    [InlineData("huge-tensor", "Failed to allocate memory")]
    public async Task Score_AHostileGraph_IsStoppedAndLeavesNothing(string model, string expected)
    {
        (int exitCode, _, string error) = await ScoreProcess.RunAsync(
            folder.Path,
            "score",
            "--model",
            TestModels.Path(model),
            "images",
            "--timeout",
            "2"
        );

        Assert.Equal(2, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(
            ["images", "p.json"],
            Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Predict_AnOperatorThatDoesNotEnd_EndsTheProgram()
    {
        (int exitCode, _, string error) = await ScoreProcess.RunAsync(
            folder.Path,
            "predict",
            "--model",
            TestModels.Path("endless-operator"),
            "images",
            "--timeout",
            "1"
        );

        Assert.Equal(2, exitCode);
        Assert.Contains("one of its operators does not come to an end", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_AnEndlessGraphWithoutALimit_EndsByOneSignal()
    {
        using ScoreProcess process = ScoreProcess.Start(
            folder.Path,
            "score",
            "--model",
            TestModels.Path("endless-loop"),
            "images",
            "--timeout",
            "0"
        );
        Assert.True(SpinWait.SpinUntil(() => File.Exists(folder["predictions.csv.partial"]), TimeSpan.FromSeconds(60)));
        await process.InterruptAsync();

        (int exitCode, _, string error) = await process.EndAsync();

        Assert.Equal(130, exitCode);
        Assert.Contains("Interrupted.", error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["predictions.csv"]));
    }

    [Fact]
    public void Open_ABatchDependentGraph_IsRefused()
    {
        var options = new ScoringOptions { Device = ScoringDevice.Cpu, PreprocessingFile = folder["p.json"] };

        var error = Assert.Throws<ModelContractException>(() =>
            ScoringSession.Open(TestModels.Path("batch-dependent"), options)
        );

        Assert.Contains(
            "answers otherwise for an image in a batch of 1 than in one of 3",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Score_WithinItsTime_IsScored()
    {
        using ScoringSession session = ScoringSession.Open(
            TestModels.Colors,
            new ScoringOptions { Device = ScoringDevice.Cpu, Timeout = TimeSpan.FromMinutes(1) }
        );
        byte[] pixels = new byte[2 * TestModels.Size.RgbBytes];

        for (int round = 0; round < 100; round++)
        {
            using ScoreBatch scores = session.Score(pixels, 2);
            Assert.Equal(2, scores.Count);
        }
    }
}
