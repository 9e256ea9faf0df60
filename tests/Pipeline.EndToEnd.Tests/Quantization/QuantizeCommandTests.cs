using System.Text.Json;
using Pipeline.EndToEnd.Tests.BadInput;

namespace Pipeline.EndToEnd.Tests.Quantization;

/// <summary>The verb <c>quantize</c> and the recipe key, by the real program.</summary>
public sealed class QuantizeCommandTests : IDisposable
{
    private const string Lenient = "quantization={ min_speedup: 0, budget_points: 100, images: 8 }";

    private readonly Workspace workspace = new Workspace().WithImages().WithRecipe();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Train_RecipeWithQuantization_LeavesAScoringInt8ModelAndQuantizesItAgain()
    {
        Outcome trained = await workspace.TrainAsync("--set", Lenient);
        Outcome evaluated = await workspace.RunAsync(
            Workspace.Score(
                "evaluate",
                "--model",
                "artifacts/tiny/latest/model.int8.onnx",
                "--folder",
                "images/test",
                "--output",
                "evaluation.json"
            )
        );
        Outcome again = await workspace.RunAsync(
            Quantize(
                "--run",
                "artifacts/tiny/latest",
                "--output",
                "again/model.int8.onnx",
                "--images",
                "8",
                "--budget-points",
                "100",
                "--min-speedup",
                "0"
            )
        );

        Assert.True(trained.ExitCode == 0, trained.Output + trained.Error);
        Assert.Contains("| validation accuracy |", trained.Output, StringComparison.Ordinal);
        JsonElement report = JsonDocument
            .Parse(File.ReadAllBytes(workspace["artifacts/tiny/latest/quantization.json"]))
            .RootElement;
        Assert.True(report.GetProperty("published").GetBoolean());
        Assert.Equal(8, report.GetProperty("test").GetProperty("images").GetInt32());
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        Assert.Equal(
            report.GetProperty("test").GetProperty("int8").GetDouble(),
            JsonDocument
                .Parse(File.ReadAllBytes(workspace["evaluation.json"]))
                .RootElement.GetProperty("microAccuracy")
                .GetDouble()
        );
        Assert.True(again.ExitCode == 0, again.Output + again.Error);
        Assert.Equal(
            File.ReadAllBytes(workspace["artifacts/tiny/latest/model.int8.onnx"]),
            File.ReadAllBytes(workspace["again/model.int8.onnx"])
        );
        Assert.Empty(workspace.HalfWritten());
    }

    [Fact]
    public async Task Quantize_NotFastEnough_FailsWithOneMessageAndKeepsTheReport()
    {
        await workspace.TrainAsync();

        Outcome outcome = await workspace.RunAsync(
            Quantize(
                "--model",
                "artifacts/tiny/latest/model.onnx",
                "--calibration",
                "images/train",
                "--validation",
                "images/validation",
                "--output",
                "out/small.onnx",
                "--images",
                "4",
                "--budget-points",
                "100",
                "--min-speedup",
                "100"
            )
        );

        MessageAssert.IsOneMessage(
            outcome,
            1,
            [
                "No int8 model was published: it is ",
                "at least 100x is asked for",
                "'out/small.onnx' was not touched; see out/quantization.json.",
            ]
        );
        Assert.Equal(
            ["quantization.json"],
            Directory.EnumerateFileSystemEntries(workspace["out"]).Select(path => Path.GetFileName(path))
        );
    }

    [Theory]
    [InlineData(
        "Calibration folder 'images/empty' has no usable image: there is no file",
        "--model",
        "{model}",
        "--calibration",
        "images/empty",
        "--validation",
        "images/validation"
    )]
    [InlineData("is no finished run: it has no run.json", "--run", ".")]
    [InlineData(
        "'old/run.json' cannot be read: it is damaged, or of another version's form, "
            + "and does not say where the images are. Train again, or give --model, --calibration and --validation.",
        "--run",
        "old"
    )]
    [InlineData(
        "has no 'pipeline.contract' in its metadata",
        "--model",
        "{bare}",
        "--calibration",
        "images/train",
        "--validation",
        "images/validation"
    )]
    [InlineData(
        "has sub-folders that are no class of the model: images",
        "--model",
        "{model}",
        "--calibration",
        "images/train",
        "--validation",
        "other"
    )]
    public async Task Quantize_BadInput_SaysWhatToDoAndLeavesNothing(string expected, params string[] arguments)
    {
        Directory.CreateDirectory(workspace["images/empty"]);
        workspace.Write("other/images/a.png", Workspace.Png("cat", 1));
        File.Copy(Model("colors"), workspace["model.onnx"]);
        File.Copy(Model("no-contract"), workspace["bare.onnx"]);
        workspace.Write(
            "old/run.json",
            "{ \"state\": \"complete\", \"recipeHash\": \"\", \"started\": \"2026-01-01T00:00:00Z\", \"device\": "
                + "\"cpu\", \"threads\": 1, \"versions\": {} }"
        );
        File.Copy(Model("colors"), workspace["old/model.onnx"]);
        Directory.Move(workspace["images/validation/cat"], workspace["images/validation/red"]);
        Directory.Delete(workspace["images/validation/dog"], recursive: true);

        Outcome outcome = await workspace.RunAsync(
            Quantize([
                .. arguments.Select(argument =>
                    argument
                        .Replace("{model}", "model.onnx", StringComparison.Ordinal)
                        .Replace("{bare}", "bare.onnx", StringComparison.Ordinal)
                ),
            ])
        );

        MessageAssert.IsOneMessage(outcome, 2, [expected]);
        Assert.Equal(
            ["bare.onnx", "images", "model.onnx", "old", "other", "recipe.yaml"],
            Directory
                .EnumerateFileSystemEntries(workspace.Path)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("Give either --run, or --model with --calibration and --validation.", "--run", "a", "--model", "b")]
    [InlineData("Give either --run, or --model with --calibration and --validation.", "--model", "b")]
    [InlineData("--percentile is 50, expected above 50 and up to 100.", "--run", "a", "--percentile", "50")]
    public async Task Quantize_BadUsage_SaysWhatIsExpected(string expected, params string[] arguments)
    {
        Outcome outcome = await workspace.RunAsync(Quantize(arguments));

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    private static string Model(string name) =>
        Path.Combine(AppContext.BaseDirectory, "data", "models", name + ".onnx");

    private static string[] Quantize(params string[] more) =>
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "pipeline-train.dll"), "quantize", .. more];
}
