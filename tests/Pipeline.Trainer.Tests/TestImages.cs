using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Networks.Weights.Registry;
using Pipeline.Testing;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Features;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests;

/// <summary>A small image folder, and what a trainer needs to train on it.</summary>
internal static class TestImages
{
    /// <summary>Writes so many pictures for training, as many for validation, and finds them.</summary>
    internal static DatasetSplits Of(TemporaryFolder folder, int count = 14)
    {
        WriteFolder(folder, ["train", "validation"], count);
        return ImageFolder.Scan(folder["images"], new DataRecipe { Source = DataSource.Folder });
    }

    /// <summary>Writes noise of 20 x 18 pixels under <c>images/part/even|odd</c>.</summary>
    internal static void WriteFolder(TemporaryFolder folder, string[] parts, int count)
    {
        var size = new ImageSize(20, 18);
        foreach (string part in parts)
        {
            for (int index = 0; index < count; index++)
            {
                byte[] pixels =
                [
                    .. Enumerable
                        .Range(0, size.RgbBytes)
                        .Select(position => (byte)CounterRandom.Bits(part.Length, index, position)),
                ];
                folder.Write(
                    $"images/{part}/{(index % 2 == 0 ? "even" : "odd")}/{index}.png",
                    ImageEncoder.EncodePng(pixels, size)
                );
            }
        }
    }

    internal static TrainingContext Context(Recipe recipe, DatasetSplits data, TemporaryFolder folder) =>
        new()
        {
            Recipe = recipe,
            Data = data,
            DataHash = "test",
            Skipped = new SkippedImages(data.Train.Count),
            Features = new FeatureCache(folder["features"]),
            Weights = new WeightsStore("nowhere", name => throw new InvalidOperationException(name), new HttpClient()),
            Device = CPU,
            Progress = new RememberedProgress(),
            Clock = TimeProvider.System,
            CodeVersion = "test",
        };
}

/// <summary>Keeps what a training says and shows nothing.</summary>
internal sealed class RememberedProgress : IProgress<TrainingUpdate>
{
    internal List<string> Messages { get; } = [];

    public void Report(TrainingUpdate value)
    {
        if (value is TrainingMessage message)
        {
            Messages.Add(message.Text);
        }
    }
}
