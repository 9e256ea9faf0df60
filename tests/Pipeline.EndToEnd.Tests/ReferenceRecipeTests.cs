using System.Buffers.Binary;
using System.Text.Json;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>
/// The five reference recipes and the sweep, each trained by the program as it is but for what a test cannot have:
/// small images in small folders, random weights, few steps. What they say about networks, heads, phases, augmentation
/// and data is all done.
/// </summary>
[Trait("Kind", "Slow")]
public sealed class ReferenceRecipeTests : IDisposable
{
    private static readonly string[] Dishes = ["apple_pie", "baby_back_ribs", "baklava", "beef_tartare"];
    private static readonly string[] SweepModels =
    [
        "bottleneck",
        "fine-tuned",
        "stronger-augmentation",
        "stronger-dropout",
        "blocks-4-and-5",
        "weight-decay",
    ];
    private static readonly string[] FoodModels = ["from-scratch", "frozen", "fine-tuned"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Train_FashionMnist_FromIdxFiles()
    {
        WriteIdx("train", 110);
        WriteIdx("t10k", 12);

        await TrainAsync(
            "fashion-mnist-vgg16",
            "data.folder=idx",
            "models.vgg-16.backbone.weights=",
            "models.vgg-16.preprocessing.size=32"
        );

        AssertModels("fashion-mnist-vgg16", 12, "vgg-16");
        Assert.Equal(
            44,
            File.ReadAllLines(folder["artifacts/fashion-mnist-vgg16/latest/models/vgg-16/layers.csv"]).Length
        ); // 31 layers of VGG-16, 12 of the head, the header
    }

    [Fact]
    public async Task Train_Food_ThreeModels()
    {
        foreach (string name in Dishes)
        {
            WriteImages($"food/train/{name}", 14);
            WriteImages($"food/test/{name}", 3);
        }

        string[] small =
        [
            .. FoodModels.SelectMany(model =>
                new[]
                {
                    $"models.{model}.phases.0.epochs=1",
                    $"models.{model}.phases.0.steps_per_epoch=1",
                    $"models.{model}.phases.0.batch_size=8",
                }
            ),
        ];
        await TrainAsync(
            "food10-vgg16",
            [
                "data.classes.first=3",
                "preprocessing.size=64",
                "models.frozen.backbone.weights=",
                "models.fine-tuned.backbone.weights=",
                .. small,
            ]
        );

        AssertModels("food10-vgg16", 9, FoodModels);
    }

    [Fact]
    public async Task Train_CatsAndDogs_InTwoPhases()
    {
        WriteImages("cats-dogs/train/cat", 12);
        WriteImages("cats-dogs/train/dog", 6);
        WriteImages("cats-dogs/validation/cat", 3);
        WriteImages("cats-dogs/validation/dog", 3);

        await TrainAsync(
            "cats-dogs-inceptionv3",
            "models.inception-v3.backbone.weights=",
            "models.inception-v3.preprocessing.size=75",
            "models.inception-v3.phases.0.epochs=1",
            "models.inception-v3.phases.1.epochs=1"
        );

        AssertModels("cats-dogs-inceptionv3", 6, "inception-v3");
        Assert.True(File.Exists(folder["artifacts/cats-dogs-inceptionv3/latest/models/inception-v3/augmented.1.png"]));
        Assert.True(File.Exists(folder["artifacts/cats-dogs-inceptionv3/latest/models/inception-v3/augmented.2.png"]));
    }

    [Fact]
    public async Task Train_TrafficLights_WithAConvolutionalHead()
    {
        foreach (string name in new[] { "green", "red", "yellow" })
        {
            WriteImages($"traffic-lights/Train/{name}", 8);
            WriteImages($"traffic-lights/Test/{name}", 4);
        }

        await TrainAsync(
            "traffic-lights-vgg16",
            "models.vgg-16.backbone.weights=",
            "models.vgg-16.preprocessing.size=64",
            "models.vgg-16.phases.0.epochs=2",
            "models.vgg-16.phases.0.steps_per_epoch=2",
            "models.vgg-16.phases.0.batch_size=8"
        );

        AssertModels("traffic-lights-vgg16", 12, "vgg-16");
    }

    [Fact]
    public async Task Train_LittleData_FourModelsAndAnUnlabelledTestFolder()
    {
        foreach (string name in new[] { "cat", "dog" })
        {
            for (int index = 0; index < 14; index++)
            {
                folder.Write($"dogs-vs-cats/train/{name}.{index}.jpg", ColorFolder.Image(index % 3, $"{name}{index}"));
            }
        }

        WriteImages("dogs-vs-cats/test", 5);

        await TrainAsync(
            "cats-dogs-low-data",
            [
                "data.split.train=8",
                "data.split.validation=4",
                "models.benchmark.preprocessing.size=48",
                "models.benchmark.phases.0.epochs=1",
                "models.as-it-is.preprocessing.size=64",
                "models.as-it-is.backbone.weights=",
                "models.bottleneck.preprocessing.size=64",
                "models.bottleneck.backbone.weights=",
                "models.bottleneck.phases.0.epochs=2",
                "models.fine-tuned.phases.0.epochs=1",
            ]
        );

        AssertModels("cats-dogs-low-data", 8, "benchmark", "as-it-is", "bottleneck", "fine-tuned");
        // the five test images, and the header
        Assert.Equal(6, File.ReadAllLines(folder["artifacts/cats-dogs-low-data/latest/predictions.csv"]).Length);
    }

    [Fact]
    public async Task Train_LittleDataSweep_ARowPerChange()
    {
        foreach (string name in new[] { "cat", "dog" })
        {
            for (int index = 0; index < 12; index++)
            {
                folder.Write($"dogs-vs-cats/train/{name}.{index}.jpg", ColorFolder.Image(index % 3, $"{name}{index}"));
            }
        }

        string[] oneEpoch =
        [
            .. SweepModels.Where(model => model != "fine-tuned").Select(model => $"models.{model}.phases.0.epochs=1"),
            "phases.0.epochs=1",
            "models.stronger-dropout.phases.1.epochs=1",
        ];
        await TrainAsync(
            "cats-dogs-low-data-sweep",
            ["data.split.train=8", "data.split.validation=4", "preprocessing.size=32", "backbone.weights=", .. oneEpoch]
        );

        AssertModels("cats-dogs-low-data-sweep", 8, SweepModels);
    }

    private async Task TrainAsync(string recipe, params string[] changes)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "recipes", $"{recipe}.yaml");
        Outcome result = await PipelineProgram.RunAsync(
            "pipeline-train",
            folder.Path,
            ["train", "--recipe", path, .. changes.Append("threads=1").SelectMany(change => new[] { "--set", change })]
        );

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    /// <summary>Every model went through the gate, and was evaluated on so many images.</summary>
    private void AssertModels(string recipe, int images, params string[] names)
    {
        string run = folder[$"artifacts/{recipe}/latest"];
        using JsonDocument comparison = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "comparison.json")));
        using JsonDocument evaluation = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "evaluation.json")));
        Assert.Equal(
            names,
            comparison.RootElement.EnumerateArray().Select(row => row.GetProperty("model").GetString())
        );
        Assert.Equal(images, evaluation.RootElement.GetProperty("count").GetInt32());
        Assert.All(
            comparison.RootElement.EnumerateArray().Select((row, place) => (row, place)),
            item => Assert.Equal(item.place, item.row.GetProperty("against").GetArrayLength())
        );
        Assert.All(
            comparison.RootElement.EnumerateArray().SelectMany(row => row.GetProperty("against").EnumerateArray()),
            pair => Assert.Equal(images, pair.GetProperty("counts").GetProperty("count").GetInt32())
        );
        Assert.All(names, name => Assert.True(File.Exists(Path.Combine(run, "models", name, "model.onnx"))));
    }

    private void WriteImages(string path, int count)
    {
        for (int index = 0; index < count; index++)
        {
            folder.Write($"{path}/{index:D3}.png", ColorFolder.Image(index % 3, $"{path}{index}"));
        }
    }

    private void WriteIdx(string part, int count)
    {
        byte[] labels = [.. Enumerable.Range(0, count).Select(index => (byte)(index % 10))];
        byte[] pixels = [.. Enumerable.Range(0, count * 28 * 28).Select(index => (byte)(index * 31))];
        folder.Write(
            $"idx/{part}-images-idx3-ubyte",
            [0, 0, 8, 3, .. BigEndian(count), .. BigEndian(28), .. BigEndian(28), .. pixels]
        );
        folder.Write($"idx/{part}-labels-idx1-ubyte", [0, 0, 8, 1, .. BigEndian(count), .. labels]);
    }

    private static byte[] BigEndian(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
