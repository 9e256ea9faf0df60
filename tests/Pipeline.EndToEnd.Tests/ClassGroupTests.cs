using System.Globalization;
using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Files;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>
/// The pretrained network as it is: a model of CIFAR-10's ten classes, trained here, is scored on two groups of them.
/// Its classifier stands in one of a thousand classes, as upstream's files have it.
/// </summary>
public sealed class ClassGroupTests : IDisposable
{
    private const int ClassifierOutputs = 1000,
        Features = 512;
    private const float Never = -60; // bias of a class that the ten-class model has not: a probability below 1e-20

    private const string Input =
        "preprocessing: { size: 32, resize: squash, kernel: bicubic, scale: 1/255, mean: [0.5, 0.5, 0.5] }";

    private static readonly string[] Animals = ["bird", "cat", "deer", "dog", "frog", "horse"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    [Trait("Kind", "Slow")]
    public async Task Train_TenClassesInTwoGroups_AddsTheirProbabilities()
    {
        await TrainTenClassesAsync();
        WriteAsUpstreamFile("ten.safetensors");
        int images = SortIntoTwoClasses();

        await TrainAsync("two", Grouped("ten.safetensors", "animal: 2-7, vehicle: 0-1+8-9"));

        (string[] header, Dictionary<string, string[]> ten) = await ScoreAsync("ten");
        (_, Dictionary<string, string[]> two) = await ScoreAsync("two");
        int right = 0;
        Assert.Equal(images, ten.Count);
        foreach ((string path, string[] row) in ten)
        {
            double animal = Animals.Sum(name => Number(row[Array.IndexOf(header, name)]));
            Assert.Equal(animal, Number(two[path][4]), 1e-5); // float32, two networks' softmax
            Assert.Equal(1 - animal, Number(two[path][5]), 1e-5);
            right += animal > 0.5 == path.Contains("/animal/", StringComparison.Ordinal) ? 1 : 0;
        }

        using JsonDocument evaluation = JsonDocument.Parse(
            await File.ReadAllTextAsync(folder["artifacts/two/latest/evaluation.json"])
        );
        double accuracy = evaluation.RootElement.GetProperty("microAccuracy").GetDouble();
        Assert.Equal((double)right / images, accuracy, 1e-12);
        Assert.InRange(accuracy, 0.65, 1); // saying the more frequent group gives 0.6
        Assert.InRange(ten.Values.Select(row => row[1]).Distinct().Count(), 3, 10);
    }

    [Fact]
    public async Task Train_KeptClassifierThatTheWeightsHaveNot_PublishesNothing()
    {
        ColorFolder.Write(folder, "two", train: 4, validation: 2, test: 2);
        NetworkGraph backbone = NetworkCatalog.Create("resnet-18", new ImageSize(32, 32));
        WriteFile(
            "notop.safetensors",
            backbone.Parameters.Select(spec => TensorData.FromFloat32(spec.Key, spec.Shape, new float[spec.Count]))
        );
        folder.Write("two.yaml", Grouped("notop.safetensors", "blue: 0, green: 1, red: 2"));

        Outcome result = await PipelineProgram.RunAsync("pipeline-train", folder.Path, "train", "--recipe", "two.yaml");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(
            "2 tensors are missing: 'fc.weight' [1000, 512], 'fc.bias' [1000]. "
                + "The model keeps the classifier of its weights (head: pretrained)",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(folder["artifacts/two"]));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Grouped(string weights, string groups) =>
        $$"""
            name: two
            threads: 1
            precision: fp32
            calibration: none   # each would fit a temperature of its own
            data: { source: folder, folder: two }
            models:
              - name: as-it-is
                {{Input}}
                backbone: { name: resnet-18, weights: {{weights}} }
                head: pretrained
                classes: { group: { {{groups}} } }
                phases: [ { train: none } ]
            """;

    private Task TrainTenClassesAsync() =>
        TrainAsync(
            "ten",
            $$"""
            name: ten
            threads: 1
            precision: fp32
            calibration: none   # each would fit a temperature of its own
            data: { source: cifar-10, split: { train: 60, validation: 8, test: 10 } }
            models:
              - name: ten
                {{Input}}
                backbone: { name: resnet-18 }
                head: [global_average_pool, { dense: classes }]
                phases:
                  - train: all
                    optimizer: { name: adam, learning_rate: 1e-3 }
                    schedule: one-cycle
                    epochs: 6
                    keep: last
                    augmentation: { horizontal_flip: true }
            """
        );

    private async Task TrainAsync(string name, string recipe)
    {
        folder.Write($"{name}.yaml", recipe);
        Outcome result = await PipelineProgram.RunAsync(
            "pipeline-train",
            folder.Path,
            "train",
            "--recipe",
            $"{name}.yaml"
        );
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    /// <summary>
    /// The trained network under the names that torchvision gives it: its ten rows first in a classifier of a thousand.
    /// </summary>
    private void WriteAsUpstreamFile(string name)
    {
        WeightSet trained = SafetensorsFile.Read(folder["artifacts/ten/latest/checkpoints/best.safetensors"]).Tensors;
        var rows = new float[ClassifierOutputs * Features];
        trained["head.dense.weight"].AsFloat32().CopyTo(rows);
        float[] biases = [.. Enumerable.Repeat(Never, ClassifierOutputs)];
        trained["head.dense.bias"].AsFloat32().CopyTo(biases);
        TensorData[] classifier =
        [
            TensorData.FromFloat32("fc.weight", [ClassifierOutputs, Features], rows),
            TensorData.FromFloat32("fc.bias", [ClassifierOutputs], biases),
        ];
        TensorData[] backbone =
        [
            .. trained.Where(tensor => !tensor.Name.StartsWith("head.", StringComparison.Ordinal)),
        ];
        WriteFile(name, [.. backbone, .. classifier]);
    }

    private void WriteFile(string name, IEnumerable<TensorData> tensors)
    {
        var file = new SafetensorsFile(new WeightSet(tensors), new Dictionary<string, string>());
        AtomicFile.Write(folder[name], file.Write);
    }

    /// <summary>Copies the images of the ten classes into folders of the two groups.</summary>
    /// <returns>Test images.</returns>
    private int SortIntoTwoClasses()
    {
        using JsonDocument run = JsonDocument.Parse(File.ReadAllText(folder["artifacts/ten/latest/run.json"]));
        string root = run.RootElement.GetProperty("dataRoot").GetString() ?? string.Empty;
        int test = 0;
        foreach (string line in File.ReadAllLines(folder["artifacts/ten/latest/split.csv"]).Skip(1))
        {
            string[] row = line.Split(','); // path, split, label, hash
            string group = Animals.Contains(row[2]) ? "animal" : "vehicle";
            string copy = $"two/{row[1]}/{group}/{row[2]}-{Path.GetFileName(row[0])}";
            folder.Write(copy, File.ReadAllBytes(Path.Combine(root, row[0])));
            test += row[1] == "test" ? 1 : 0;
        }

        return test;
    }

    /// <summary>Probabilities of the two-class folder's test images, by path.</summary>
    private async Task<(string[] Header, Dictionary<string, string[]> Rows)> ScoreAsync(string model)
    {
        string onnx = $"artifacts/{model}/latest/model.onnx";
        string[] arguments =
        [
            "score",
            "--model",
            onnx,
            "--folder",
            "two/test",
            "--all-scores",
            "--output",
            $"{model}.csv",
        ];
        Outcome result = await PipelineProgram.RunAsync("pipeline-score", folder.Path, arguments);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        string[][] rows = [.. (await File.ReadAllLinesAsync(folder[$"{model}.csv"])).Select(line => line.Split(','))];
        return (rows[0], rows[1..].ToDictionary(row => row[0], StringComparer.Ordinal));
    }
}
