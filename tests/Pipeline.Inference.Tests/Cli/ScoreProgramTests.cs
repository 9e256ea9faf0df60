using System.Text.Json;

namespace Pipeline.Inference.Tests.Cli;

public sealed class ScoreProgramTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Score_AFolder_WritesARowPerFileAndSaysWhatIsNext()
    {
        AddImages();

        (int exitCode, string output, string error) = await Run("score", "--model", TestModels.Colors, "--folder", "images", "--batch-size", "2");

        Assert.Equal(0, exitCode);
        string[] lines = await File.ReadAllLinesAsync(folder["predictions.csv"]);
        Assert.Equal("path,label,probability,error", lines[0]);
        Assert.StartsWith("images/blue/1.png,blue,0.", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("images/red/2.png,red,0.", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("images/red/bad.png,,,", lines[3], StringComparison.Ordinal);
        Assert.Contains("images  3, 1 error;", output, StringComparison.Ordinal);
        Assert.Contains("next    pipeline-score evaluate", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public async Task Score_IntoTheFolderItself_DoesNotScoreItsOwnOutput()
    {
        AddImages();
        string[] arguments = ["score", "--model", TestModels.Colors, "--folder", ".", "--output", "p.csv"];

        await Run(arguments);
        byte[] first = await File.ReadAllBytesAsync(folder["p.csv"]);
        await Run(arguments);

        Assert.Equal(first, await File.ReadAllBytesAsync(folder["p.csv"]));
    }

    [Fact]
    public async Task Score_AnEmptyFolder_IsAnErrorAndWritesNothing()
    {
        Directory.CreateDirectory(folder["images"]);

        (int exitCode, _, string error) = await Run("score", "--model", TestModels.Colors, "--folder", "images");

        Assert.Equal(2, exitCode);
        Assert.StartsWith("error: Folder 'images' holds no file", error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["predictions.csv"]));
    }

    [Fact]
    public async Task Score_FailOnError_ExitsWith1AndWritesTheFile()
    {
        AddImages();

        (int exitCode, _, _) = await Run("score", "--model", TestModels.Colors, "--folder", "images", "--output", "out/p.jsonl", "--all-scores", "--fail-on-error");

        Assert.Equal(1, exitCode);
        string[] lines = await File.ReadAllLinesAsync(folder["out/p.jsonl"]);
        Assert.Equal(3, lines.Length);
        using JsonDocument first = JsonDocument.Parse(lines[0]);
        Assert.Equal(3, first.RootElement.GetProperty("scores").EnumerateObject().Count());
    }

    [Fact]
    public async Task Evaluate_ALabelledFolder_WritesMetricsAndPredictions()
    {
        AddImages();

        (int exitCode, string output, _) = await Run("evaluate", "--model", TestModels.Colors, "--folder", "images", "--predictions", "p.csv");

        Assert.Equal(0, exitCode);
        using JsonDocument json = JsonDocument.Parse(await File.ReadAllTextAsync(folder["evaluation.json"]));
        Assert.Equal(1, json.RootElement.GetProperty("microAccuracy").GetDouble());
        Assert.Equal(2, json.RootElement.GetProperty("count").GetInt32());
        Assert.Equal(1, json.RootElement.GetProperty("skipped").GetInt32());
        Assert.Equal(4, (await File.ReadAllLinesAsync(folder["p.csv"])).Length);
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
        Assert.All(["blue, green, red", "8x8", "uint8 [N, 8, 8, 3]", "cpu (asked: auto", "self-test | passed"], text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Predict_FilesGoodAndBad_ShowsBarsAndExitsWith2()
    {
        AddImages();

        (int exitCode, string output, string error) = await Run("predict", "--model", TestModels.Colors, "images/red/2.png", "missing.png");

        Assert.Equal(2, exitCode);
        Assert.StartsWith("images/red/2.png: red (", output, StringComparison.Ordinal);
        Assert.Contains("█", output, StringComparison.Ordinal);
        Assert.Contains("missing.png", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("score --model MODEL --folder missing", "missing")]
    [InlineData("score --model missing.onnx --folder .", "missing.onnx")]
    [InlineData("score --model MODEL", "--folder")]
    [InlineData("score --model MODEL --folder . --threads 0", "1 to 1024")]
    [InlineData("score --model MODEL --folder . --threads many", "many")]
    [InlineData("score --model MODEL --folder . --device tpu", "auto, cpu, cuda")]
    [InlineData("score --model MODEL --folder . --device-policy perhaps", "fail, warn, cpu")]
    [InlineData("score --model MODEL --folder . --format xml", "csv, jsonl")]
    [InlineData("evaluate --model MODEL --folder .", "no labelled file")]
    [InlineData("verify --model MODEL --golden missing.safetensors", "missing.safetensors")]
    [InlineData("train", "train")]
    [InlineData("", "")]
    public async Task BadUsageOrInput_OfAnyVerb_IsOneMessageAndExitCode2(string commandLine, string expected)
    {
        (int exitCode, string output, string error) = await Run(commandLine.Replace("MODEL", TestModels.Colors, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Device_ThatIsNotThere_ExitsWith1AndSaysWhy()
    {
        (int exitCode, _, string error) = await Run("inspect", "--model", TestModels.Colors, "--device", "cuda");
        Assert.Equal(1, exitCode);
        Assert.Contains("no CUDA provider", error, StringComparison.Ordinal);

        (exitCode, string output, error) = await Run("inspect", "--model", TestModels.Colors, "--device", "cuda", "--device-policy", "warn");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("warning: ", error, StringComparison.Ordinal);
        Assert.Contains("cpu (asked: cuda", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_ThatCannotBeWritten_ExitsWith1()
    {
        AddImages();

        (int exitCode, _, string error) = await Run("score", "--model", TestModels.Colors, "--folder", "images", "--output", "images");

        Assert.Equal(1, exitCode);
        Assert.Contains("folder of that name", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_Interrupted_ExitsWith130AndLeavesNothing()
    {
        byte[] png = TestFolder.PngOf("red");
        for (int index = 0; index < 1500; index++)
        {
            folder.Add(FormattableString.Invariant($"images/{index}.png"), png);
        }

        using ScoreProcess process = ScoreProcess.Start(folder.Path, "score", "--model", TestModels.Colors, "--folder", "images", "--output", "out/predictions.csv", "--batch-size", "1");
        Assert.True(SpinWait.SpinUntil(() => Directory.Exists(folder["out"]) && Directory.GetFiles(folder["out"]).Length > 0, TimeSpan.FromSeconds(60)));
        await process.InterruptAsync();
        (int exitCode, _, string error) = await process.EndAsync();

        Assert.Equal(130, exitCode);
        Assert.Contains("Interrupted", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder["out"]));
    }

    private void AddImages()
    {
        folder.Add("images/blue/1.png", TestFolder.PngOf("blue"));
        folder.Add("images/red/2.png", TestFolder.PngOf("red"));
        folder.Add("images/red/bad.png", "no image"u8.ToArray());
    }

    private Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments) => ScoreProcess.RunAsync(folder.Path, arguments);
}
