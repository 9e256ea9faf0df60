namespace Pipeline.Inference.Tests.Cli;

public sealed class ForeignModelProgramTests
{
    [Fact]
    public async Task Score_AModelFromElsewhereWithItsPreprocessing_GivesItsLabels()
    {
        using var folder = new TemporaryFolder();
        folder.Write("images/1.png", TestPictures.PngOf("green"));
        folder.Write("labels.txt", "blue\ngreen\nred\n"u8.ToArray());
        folder.Write(
            "p.json",
            """
            {
              "preprocessing": { "version": 1, "resize": "squash", "width": 8, "height": 8, "kernel": "bicubic",
                "antialias": true, "scale": 0.00392156862745098,
                "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "inGraph": [] },
              "scores": "logits"
            }
            """u8.ToArray()
        );
        string model = TestModels.Path("foreign-nchw-float");

        (int exitCode, _, _) = await ScoreProcess.RunAsync(
            folder.Path,
            "score",
            "--model",
            model,
            "--preprocessing",
            "p.json",
            "--labels",
            "labels.txt",
            "--folder",
            "images"
        );
        (int refused, _, string reason) = await ScoreProcess.RunAsync(
            folder.Path,
            "score",
            "--model",
            model,
            "--folder",
            "images"
        );

        Assert.Equal(0, exitCode);
        Assert.StartsWith(
            "images/1.png,green,0.",
            (await File.ReadAllLinesAsync(folder["predictions.csv"]))[1],
            StringComparison.Ordinal
        );
        Assert.Equal(2, refused);
        Assert.Contains("give its preprocessing in a file", reason, StringComparison.Ordinal);
    }
}
