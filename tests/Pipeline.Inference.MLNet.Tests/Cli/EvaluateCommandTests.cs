using System.Globalization;
using System.Text.Json;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Evaluation;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Tests.Cli;

/// <summary>The program that lets ML.NET evaluate a model and compares that with our own files.</summary>
public sealed class EvaluateCommandTests : MLNetTest
{
    private string Images => Folder["images"];

    [Fact]
    public async Task Run_FilesOfOurOwnEvaluation_AgreesToTheLastImage()
    {
        await EvaluateAsync();

        (int exitCode, string output) = await RunAsync(
            "--predictions",
            Folder["predictions.csv"],
            "--evaluation",
            Folder["evaluation.json"]
        );

        Assert.Equal(ExitCodes.Done, exitCode);
        Assert.Contains(
            "ML.NET agrees with predictions.csv and evaluation.json on 32 images",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("| could not be read | 2 |", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PlantedLabel_IsListedByItsImage()
    {
        await EvaluateAsync();
        string[] rows = await File.ReadAllLinesAsync(Folder["predictions.csv"]);
        string[] cells = rows[5].Split(',');
        cells[1] = cells[1] == "red" ? "blue" : "red";
        rows[5] = string.Join(',', cells);
        await File.WriteAllLinesAsync(Folder["predictions.csv"], rows);

        (int exitCode, string output) = await RunAsync("--predictions", Folder["predictions.csv"]);

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Contains($"{cells[0]}: the predictions say {cells[1]} ", output, StringComparison.Ordinal);
        Assert.Contains("differ from the files in 1 places", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("microAccuracy", "micro accuracy")]
    [InlineData("logLoss", "log-loss")]
    public async Task Run_PlantedMetric_IsListedByItsName(string key, string name)
    {
        await EvaluateAsync();
        string json = await File.ReadAllTextAsync(Folder["evaluation.json"]);
        using var document = JsonDocument.Parse(json);
        string value = document.RootElement.GetProperty(key).GetRawText();
        double planted = double.Parse(value, CultureInfo.InvariantCulture) + 0.01;
        await File.WriteAllTextAsync(
            Folder["evaluation.json"],
            json.Replace(
                $"\"{key}\": {value}",
                FormattableString.Invariant($"\"{key}\": {planted:R}"),
                StringComparison.Ordinal
            )
        );

        (int exitCode, string output) = await RunAsync("--evaluation", Folder["evaluation.json"]);

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Contains(
            $"{name}: {planted.ToString("R", CultureInfo.InvariantCulture)} in the file, ",
            output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Run_ImageThatCameLater_IsADifference()
    {
        await EvaluateAsync();
        Folder.Write("images/red/later.png", TestPictures.PngOf("red"));

        (int exitCode, string output) = await RunAsync("--predictions", Folder["predictions.csv"]);

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Contains("it has 32 images, ML.NET scored 33", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FolderOfATrainingRun_TakesItsTestImages()
    {
        await EvaluateAsync(path => Path.GetRelativePath(Images, path));
        File.Copy(TestModels.Colors, Folder["model.onnx"]);
        await File.WriteAllTextAsync(Folder["run.json"], JsonSerializer.Serialize(new { dataRoot = Images }));
        IEnumerable<string> files = Directory
            .EnumerateFiles(Images, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Images, path))
            .Order(StringComparer.Ordinal);
        await File.WriteAllLinesAsync(
            Folder["split.csv"],
            ["path,split,label,sha256", .. files.Select(file => $"{file},test,{file.Split('/')[0]},")]
        );

        (int exitCode, string output) = await InvokeAsync("--run", Folder.Path);

        Assert.True(exitCode == ExitCodes.Done, output);
        Assert.Contains(
            "agrees with predictions.csv and evaluation.json on 32 images",
            output,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Give --run, or --model and --folder.")]
    [InlineData("Give --run, or --model and --folder.", "--run", "x", "--model", "m", "--folder", "f")]
    [InlineData("does not say where the images of the run are", "--run", "nowhere")]
    public async Task Run_BadUsage_SaysWhatToGive(string expected, params string[] arguments)
    {
        (int exitCode, string output) = await InvokeAsync(arguments);

        Assert.Equal(ExitCodes.BadInput, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    /// <summary>
    /// Thirty images of which some are wrong, two that are none, and the files that our evaluation writes of them.
    /// </summary>
    private async Task EvaluateAsync(Func<string, string>? nameOf = null)
    {
        string[] labels = ["blue", "green", "red"];
        var random = new Random(7);
        for (int index = 0; index < 30; index++)
        {
            byte[] png = TestPictures.Png((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
            Folder.Write($"images/{labels[random.Next(3)]}/{index:000}.png", png);
        }

        Folder.Write("images/red/empty.png", []);
        Folder.Write("images/blue/text.png", "no image"u8.ToArray());
        ImageClassifier classifier = Classifier();
        FolderEvaluation evaluation = FolderEvaluation.Scan(Images, classifier.Labels);
        await using (FileStream stream = File.Create(Folder["predictions.csv"]))
        {
            using PredictionWriter writer = PredictionWriter.Create(
                PredictionFormat.Csv,
                stream,
                classifier.Labels,
                allScores: false
            );
            await foreach (
                Prediction prediction in classifier.ClassifyFilesAsync(evaluation.Paths, CancellationToken.None)
            )
            {
                evaluation.Add(prediction);
                writer.Write(prediction with { Path = nameOf?.Invoke(prediction.Path) ?? prediction.Path });
            }
        }

        EvaluationReport report = evaluation.ToReport();
        EvaluationJson.Write(Folder["evaluation.json"], report.Metrics, report.SkippedImages);
    }

    private Task<(int ExitCode, string Output)> RunAsync(params string[] more) =>
        InvokeAsync(["--model", TestModels.Colors, "--folder", Images, .. more]);

    private static async Task<(int ExitCode, string Output)> InvokeAsync(params string[] arguments)
    {
        Outcome outcome = await ChildProcess.RunAsync(".", ChildProcess.Beside("pipeline-evaluate-mlnet", arguments));
        return (outcome.ExitCode, outcome.Output + outcome.Error);
    }
}
