using System.Text.Json;

namespace Pipeline.Inference.Tests.Cli;

public sealed class EvaluateProgramTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Evaluate_ALabelledFolder_WritesMetricsAndPredictions()
    {
        AddImages();

        (int exitCode, string output, _) = await Run(
            "evaluate",
            "--model",
            TestModels.Colors,
            "--folder",
            "images",
            "--predictions",
            "p.csv"
        );

        Assert.Equal(0, exitCode);
        using JsonDocument json = JsonDocument.Parse(await File.ReadAllTextAsync(folder["evaluation.json"]));
        Assert.Equal(1, json.RootElement.GetProperty("microAccuracy").GetDouble());
        Assert.Equal(2, json.RootElement.GetProperty("count").GetInt32());
        Assert.Equal(1, json.RootElement.GetProperty("skipped").GetInt32());
        string[] rows = await File.ReadAllLinesAsync(folder["p.csv"]);
        Assert.Equal(4, rows.Length);
        Assert.Equal("path,label,probability,error,true_label", rows[0]);
        Assert.EndsWith(",blue", rows[1], StringComparison.Ordinal);
        Assert.All(rows[2..], row => Assert.EndsWith(",red", row, StringComparison.Ordinal)); // damaged, too
        Assert.Contains("| micro accuracy | 100.0 % |", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_PassedOrNot_SaysSoInTheExitCode()
    {
        Assert.Equal(0, (await Run("verify", "--model", TestModels.Colors)).ExitCode);

        (int exitCode, _, string error) = await Run("verify", "--model", TestModels.Path("wrong-golden"));
        Assert.Equal(2, exitCode);
        Assert.Contains("self-test", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_AModel_ShowsItsContract()
    {
        (int exitCode, string output, _) = await Run("inspect", "--model", TestModels.Colors);

        Assert.Equal(0, exitCode);
        Assert.All(
            ["blue, green, red", "8x8", "uint8 [N, 8, 8, 3]", "cpu (asked: auto", "self-test | passed"],
            text => Assert.Contains(text, output, StringComparison.Ordinal)
        );

        Assert.Contains(
            "| temperature | 2.5: probabilities = softmax(logits / temperature)",
            (await Run("inspect", "--model", TestModels.Calibrated)).Output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "| minimum confidence | 0.9; on the validation images",
            (await Run("inspect", "--model", TestModels.Path("reject"))).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Predict_FilesGoodAndBad_ShowsBarsAndExitsWith2()
    {
        AddImages();

        (int exitCode, string output, string error) = await Run(
            "predict",
            "--model",
            TestModels.Colors,
            "images/red/2.png",
            "missing.png"
        );

        Assert.Equal(2, exitCode);
        Assert.StartsWith("images/red/2.png: red (", output, StringComparison.Ordinal);
        Assert.Contains("█", output, StringComparison.Ordinal);
        Assert.Contains("missing.png", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_ThatIsNotThere_ExitsWith2AndSaysWhy()
    {
        (int exitCode, _, string error) = await Run("inspect", "--model", TestModels.Colors, "--device", "cuda");
        Assert.Equal(2, exitCode);
        Assert.Contains("no CUDA provider", error, StringComparison.Ordinal);

        (exitCode, string output, error) = await Run(
            "inspect",
            "--model",
            TestModels.Colors,
            "--device",
            "cuda",
            "--device-policy",
            "warn"
        );
        Assert.Equal(0, exitCode);
        Assert.StartsWith("warning: ", error, StringComparison.Ordinal);
        Assert.Contains("cpu (asked: cuda", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_PredictionsToJsonLines_HaveTheTrueLabels()
    {
        AddImages();

        (int exitCode, _, _) = await Run(
            "evaluate",
            "--model",
            TestModels.Colors,
            "--folder",
            "images",
            "--predictions",
            "p.jsonl"
        );

        Assert.Equal(0, exitCode);
        string[] lines = await File.ReadAllLinesAsync(folder["p.jsonl"]);
        Assert.Equal(3, lines.Length);
        Assert.EndsWith(",\"trueLabel\":\"blue\"}", lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..], line => Assert.EndsWith(",\"trueLabel\":\"red\"}", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Evaluate_AManifest_CountsItsRows()
    {
        AddImages();
        await File.WriteAllTextAsync(
            folder["list.csv"],
            "path,label,split\nimages/blue/1.png,blue,test\nimages/red/2.png,green,test\nimages/red/bad.png,red,train\n"
        );

        (int exitCode, string output, _) = await Run("evaluate", "--model", TestModels.Colors, "--folder", "list.csv");

        Assert.Equal(0, exitCode);
        Assert.Contains("| micro accuracy | 50.0 % |", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_WithItself_AgreesAndWithAnotherFailsByTheFlag()
    {
        AddImages();

        (int same, string output, _) = await Run(
            "compare",
            TestModels.Colors,
            TestModels.Path("no-golden"),
            "images",
            "--min-agreement",
            "1",
            "--max-difference",
            "0"
        );
        (int missing, _, string error) = await Run(
            "compare",
            TestModels.Colors,
            TestModels.Colors,
            "images",
            "--min-agreement",
            "1.5"
        );

        Assert.Equal((0, 2), (same, missing));
        Assert.Contains("| same class | 2 (100.0 %) |", output, StringComparison.Ordinal);
        Assert.Contains("| not readable | 1 |", output, StringComparison.Ordinal);
        Assert.Contains("--min-agreement is '1.5', expected a number from 0 to 1.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_AFolder_StoresSettingsThatScoreUsesAndSaysSo()
    {
        AddImages();
        File.Copy(TestModels.Colors, folder["model.onnx"]);
        byte[] before = await File.ReadAllBytesAsync(folder["model.onnx"]);

        (int exitCode, string output, _) = await Run(
            "tune",
            "--model",
            "model.onnx",
            "--folder",
            "images",
            "--images",
            "2",
            "--rounds",
            "1"
        );
        (_, _, string tuned) = await Run("score", "--model", "model.onnx", "images");
        (_, _, string plain) = await Run("score", "--model", "model.onnx", "images", "--no-tune");

        Assert.Equal(0, exitCode);
        Assert.Contains("written model.onnx.tune.json", output, StringComparison.Ordinal);
        Assert.StartsWith("tuned   cpu, batch ", tuned, StringComparison.Ordinal);
        Assert.Contains("from 'model.onnx.tune.json' (--no-tune leaves it out)", tuned, StringComparison.Ordinal);
        Assert.Empty(plain);
        Assert.Equal(before, await File.ReadAllBytesAsync(folder["model.onnx"]));
    }

    [Fact]
    public async Task Benchmark_AFolder_ShowsEachStage()
    {
        AddImages();

        (int exitCode, string output, _) = await Run(
            "benchmark",
            "--model",
            TestModels.Colors,
            "--folder",
            "images",
            "--seconds",
            "1",
            "--batch-size",
            "2"
        );

        Assert.Equal(0, exitCode);
        Assert.All(
            [
                "2 images, cpu, batch 2",
                "| decode, one at a time |",
                "| network, batch 1 |",
                "| network, batch 2 |",
                "| file to label, one at a time |",
                "| files to labels, streamed |",
                "bound   ",
            ],
            text => Assert.Contains(text, output, StringComparison.Ordinal)
        );
    }

    private void AddImages()
    {
        folder.Write("images/blue/1.png", TestPictures.PngOf("blue"));
        folder.Write("images/red/2.png", TestPictures.PngOf("red"));
        folder.Write("images/red/bad.png", "no image"u8.ToArray());
    }

    private void AddManyImages(int count)
    {
        byte[] png = TestPictures.PngOf("red");
        for (int index = 0; index < count; index++)
        {
            folder.Write(FormattableString.Invariant($"images/{index}.png"), png);
        }
    }

    private Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments) =>
        ScoreProcess.RunAsync(folder.Path, arguments);
}
