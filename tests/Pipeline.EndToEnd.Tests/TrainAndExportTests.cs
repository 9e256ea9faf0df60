using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>The main job: a folder and a recipe in, a checked model out, scored as production scores.</summary>
public sealed class TrainAndExportTests(TrainedColors trained) : IClassFixture<TrainedColors>
{
    // the classes differ by 60 levels in the mean of a channel; chance is 0.33
    private const double AccuracyFloor = 0.95;

    [Fact]
    public void Train_SmallRecipe_EndsWithTableFilesAndNextCommand()
    {
        Assert.True(trained.Result.ExitCode == 0, trained.Result.Output + trained.Result.Error);
        Assert.Contains("| tuned (published) |", trained.Result.Output, StringComparison.Ordinal);
        Assert.Contains("gate passed", trained.Result.Output, StringComparison.Ordinal);
        Assert.Contains("next    ./build.sh --target=score", trained.Result.Output, StringComparison.Ordinal);
        Assert.Empty(trained.Result.Error);
    }

    [Theory]
    [InlineData("recipe.yaml")]
    [InlineData("run.json")]
    [InlineData("split.csv")]
    [InlineData("metrics.jsonl")]
    [InlineData("results.csv")]
    [InlineData("comparison.json")]
    [InlineData("model.onnx")]
    [InlineData("gate.json")]
    [InlineData("golden.safetensors")]
    [InlineData("evaluation.json")]
    [InlineData("predictions.csv")]
    [InlineData("checkpoints/best.safetensors")]
    [InlineData("checkpoints/last.safetensors")]
    [InlineData("models/features/model.onnx")]
    public void Train_SmallRecipe_LeavesTheFile(string name) =>
        Assert.True(File.Exists(Path.Combine(trained.Latest, name)));

    [Fact]
    public void Train_Predictions_HaveTheTrueLabelOfEveryTestImage()
    {
        string path = Path.Combine(trained.Latest, "predictions.csv");
        string[][] rows = [.. File.ReadAllLines(path).Select(row => row.Split(','))];

        Assert.Equal(["path", "label", "probability", "error", "true_label"], rows[0]);
        Assert.Equal(30, rows.Length - 1);
        Assert.All(rows[1..], row => Assert.StartsWith($"test/{row[4]}/", row[0], StringComparison.Ordinal));
        double right = rows[1..].Count(row => row[1] == row[4]);
        Assert.Equal(Read("evaluation.json").GetProperty("microAccuracy").GetDouble(), right / 30, 1e-12);
    }

    [Fact]
    public void Train_SmallRecipe_LeavesNoTemporaryFile()
    {
        Assert.Empty(trained.Folder.LeftOvers);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(trained.Folder.Path, "*.onnx", SearchOption.AllDirectories),
            path => path.Contains("candidate", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Train_Evaluation_HasTheAgreedKeysAndBeatsTheFloor()
    {
        JsonElement evaluation = Read("evaluation.json");

        Assert.True(evaluation.GetProperty("microAccuracy").GetDouble() >= AccuracyFloor);
        Assert.Equal(30, evaluation.GetProperty("count").GetInt32());
        Assert.Equal(0, evaluation.GetProperty("skipped").GetInt32());
        Assert.Equal(3, evaluation.GetProperty("topKAccuracy").GetArrayLength());
        Assert.Equal(3, evaluation.GetProperty("perClass").GetArrayLength());
        Assert.Equal(
            30,
            evaluation
                .GetProperty("confusion")
                .EnumerateArray()
                .Sum(row => row.EnumerateArray().Sum(cell => cell.GetInt32()))
        );
        Assert.Equal(JsonValueKind.Number, evaluation.GetProperty("macroAccuracy").ValueKind);
        Assert.Equal(JsonValueKind.Number, evaluation.GetProperty("logLoss").ValueKind);
        Assert.Equal(JsonValueKind.Number, evaluation.GetProperty("logLossReduction").ValueKind);
    }

    [Fact]
    public void Train_Comparison_HasARowPerModel()
    {
        JsonElement[] rows = [.. Read("comparison.json").EnumerateArray()];

        Assert.Equal("features, tuned", string.Join(", ", rows.Select(row => row.GetProperty("model").GetString())));
        Assert.All(
            rows,
            row =>
                Assert.True(
                    row.GetProperty("parameters").GetInt64() > row.GetProperty("trainableParameters").GetInt64()
                )
        );
        Assert.All(
            rows,
            row =>
                Assert.True(
                    row.GetProperty("seconds").GetDouble() > 0 && row.GetProperty("microAccuracy").GetDouble() > 0
                )
        );
    }

    [Fact]
    public void Train_Comparison_CountsThePairOnTheTestImages()
    {
        JsonElement[] rows = [.. Read("comparison.json").EnumerateArray()];
        JsonElement pair = Assert.Single(rows[1].GetProperty("against").EnumerateArray());
        JsonElement counts = pair.GetProperty("counts");

        Assert.Equal("features", pair.GetProperty("model").GetString());
        Assert.Equal(30, counts.GetProperty("count").GetInt32());
        Assert.Equal(
            rows[1].GetProperty("microAccuracy").GetDouble(),
            (counts.GetProperty("bothRight").GetInt32() + counts.GetProperty("onlySecond").GetInt32()) / 30.0,
            12
        );
        Assert.Equal(
            rows[0].GetProperty("microAccuracy").GetDouble(),
            (counts.GetProperty("bothRight").GetInt32() + counts.GetProperty("onlyFirst").GetInt32()) / 30.0,
            12
        );
        Assert.InRange(counts.GetProperty("mcNemarP").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task Compare_FinishedRun_WritesTheSameComparisonAgain()
    {
        string path = Path.Combine(trained.Latest, "comparison.json");
        string before = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);

        Outcome compared = await PipelineProgram.RunAsync(
            "pipeline-train",
            trained.Folder.Path,
            "compare",
            "--run",
            "artifacts/colors/latest"
        );

        Assert.True(compared.ExitCode == 0, compared.Error);
        Assert.Contains("| features, tuned | ", compared.Output, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Compare_FolderThatIsNoRun_SaysSo()
    {
        Outcome compared = await PipelineProgram.RunAsync(
            "pipeline-train",
            trained.Folder.Path,
            "compare",
            "--run",
            "images"
        );

        Assert.Equal(2, compared.ExitCode);
        Assert.Contains(
            "Folder 'images' is no finished run: its run.json is missing. "
                + "Give a folder such as artifacts/<recipe>/latest.",
            compared.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Train_Gate_ComparedRealImages()
    {
        JsonElement gate = Read("gate.json");

        Assert.Equal(30, gate.GetProperty("images").GetInt32());
        Assert.Equal(1, gate.GetProperty("top1Agreement").GetDouble());
        Assert.Equal(gate.GetProperty("accuracyTorch").GetDouble(), gate.GetProperty("accuracyOnnx").GetDouble());
        Assert.InRange(gate.GetProperty("maxAbsLogitDifference").GetDouble(), 0, 1e-3);
        Assert.Equal(30, gate.GetProperty("imagesDecodedEqual").GetInt32());
        Assert.Contains(2, gate.GetProperty("batchSizes").EnumerateArray().Select(size => size.GetInt32()));
    }

    [Fact]
    public async Task Train_SecondTime_PrintsTheTableWithoutTraining()
    {
        Outcome second = await trained.TrainAsync();

        Assert.Equal(0, second.ExitCode);
        Assert.Contains("has a complete run already", second.Output, StringComparison.Ordinal);
        Assert.Contains("| tuned (published) |", second.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(trained.Folder["artifacts/colors/2"]));
    }

    [Fact]
    public async Task Score_BadFilesInTheFolder_AreRowsWithAReason()
    {
        using var photos = new TemporaryFolder();
        photos.Write("red.png", ColorFolder.Image(2, "other"));
        photos.Write("text.png", "this is no image");
        photos.Write("cut.png", ColorFolder.Image(1, "other")[..200]);
        photos.Write("empty.jpg", string.Empty);

        Outcome scored = await PipelineProgram.RunAsync(
            "pipeline-score",
            photos.Path,
            "score",
            "--model",
            Path.Combine(trained.Latest, "model.onnx"),
            "--folder",
            ".",
            "--output",
            "out/predictions.csv"
        );

        Assert.Equal(0, scored.ExitCode);
        string[] rows = await File.ReadAllLinesAsync(
            photos["out/predictions.csv"],
            TestContext.Current.CancellationToken
        );
        Assert.Equal("path,label,probability,error", rows[0]);
        Assert.Equal(5, rows.Length);
        Assert.StartsWith(
            "./red.png,red,",
            Assert.Single(rows, row => row.Contains("red.png", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Equal(3, rows.Count(row => row.Contains(",,,", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Evaluate_TestFolder_GivesTheRunsMetrics()
    {
        using var output = new TemporaryFolder();

        Outcome evaluated = await PipelineProgram.RunAsync(
            "pipeline-score",
            output.Path,
            "evaluate",
            "--model",
            Path.Combine(trained.Latest, "model.onnx"),
            "--folder",
            trained.Folder["images/test"]
        );

        Assert.Equal(0, evaluated.ExitCode);
        JsonElement again = JsonDocument
            .Parse(await File.ReadAllBytesAsync(output["evaluation.json"], TestContext.Current.CancellationToken))
            .RootElement;
        Assert.Equal(
            Read("evaluation.json").GetProperty("logLoss").GetDouble(),
            again.GetProperty("logLoss").GetDouble()
        );
    }

    [Fact]
    public async Task Export_Checkpoint_GivesTheRunsBytes()
    {
        using var output = new TemporaryFolder();
        string target = output["again.onnx"];

        Outcome exported = await PipelineProgram.RunAsync(
            "pipeline-train",
            trained.Folder.Path,
            "export",
            "--checkpoint",
            Path.Combine(trained.Latest, "checkpoints/best.safetensors"),
            "--output",
            target,
            "--golden",
            Path.Combine(trained.Latest, "golden.safetensors"),
            "--image-root",
            "images"
        );

        Assert.True(exported.ExitCode == 0, exported.Error);
        Assert.Equal(
            await File.ReadAllBytesAsync(
                Path.Combine(trained.Latest, "model.onnx"),
                TestContext.Current.CancellationToken
            ),
            await File.ReadAllBytesAsync(target, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Export_OtherGolden_IsRejectedAndTheModelUntouched()
    {
        using var output = new TemporaryFolder();
        string target = output.Write("model.onnx", "the old model");

        Outcome exported = await PipelineProgram.RunAsync(
            "pipeline-train",
            trained.Folder.Path,
            "export",
            "--checkpoint",
            Path.Combine(trained.Latest, "checkpoints/best.safetensors"),
            "--output",
            target,
            "--golden",
            Path.Combine(trained.Latest, "models/features/golden.safetensors"),
            "--force"
        );

        Assert.Equal(1, exported.ExitCode);
        Assert.Contains("The gate refused", exported.Error, StringComparison.Ordinal);
        Assert.Equal("the old model", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
        Assert.Equal(
            ["model.gate.json", "model.onnx", "model.rejected.onnx"],
            Directory.EnumerateFiles(output.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("--input", "float32")]
    [InlineData("--precision", "fp16", "--features")]
    public async Task Export_Variant_PassesTheGateAndScoresTheTestImagesAlike(params string[] variant)
    {
        using var output = new TemporaryFolder();
        string target = output["model.variant.onnx"];

        Outcome exported = await PipelineProgram.RunAsync(
            "pipeline-train",
            trained.Folder.Path,
            [
                "export",
                "--checkpoint",
                Path.Combine(trained.Latest, "checkpoints/best.safetensors"),
                "--output",
                target,
                "--image-root",
                "images",
                "--golden",
                Path.Combine(trained.Latest, "golden.safetensors"),
                .. variant,
            ]
        );
        Outcome scored = await PipelineProgram.RunAsync(
            "pipeline-score",
            trained.Folder.Path,
            "score",
            "--model",
            target,
            "--folder",
            "images/test",
            "--output",
            output["predictions.csv"]
        );

        Assert.True(exported.ExitCode == 0 && scored.ExitCode == 0, exported.Error + scored.Error);
        Assert.Contains("gate passed: 30 images", exported.Output, StringComparison.Ordinal);
        string[] labels =
        [
            .. (await File.ReadAllLinesAsync(output["predictions.csv"])).Skip(1).Select(row => row.Split(',')[1]),
        ];
        string[] expected =
        [
            .. (await File.ReadAllLinesAsync(Path.Combine(trained.Latest, "predictions.csv")))
                .Skip(1)
                .Select(row => row.Split(',')[1]),
        ];
        Assert.Equal(expected, labels);
        Assert.Equal(
            ["model.variant.gate.json", "model.variant.onnx", "predictions.csv", "predictions.csv.run.json"],
            Directory.EnumerateFiles(output.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Export_WithoutTheGatesReference_IsRefusedBeforeAnythingIsWritten()
    {
        using var output = new TemporaryFolder();

        Outcome exported = await PipelineProgram.RunAsync(
            "pipeline-train",
            trained.Folder.Path,
            "export",
            "--checkpoint",
            Path.Combine(trained.Latest, "checkpoints/best.safetensors"),
            "--output",
            output["model.onnx"],
            "--golden",
            "nowhere.safetensors"
        );

        Assert.Equal(2, exported.ExitCode);
        Assert.Contains("'nowhere.safetensors' does not exist", exported.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(output.Path));
    }

    private JsonElement Read(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(trained.Latest, name))).RootElement;
}
