using System.Globalization;
using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Testing;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Features;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Features;

/// <summary>Features as a data set of their own hold what the network gives, beside the right image.</summary>
public sealed class FeatureDatasetTests : TorchTest
{
    private const double Tolerance = 1e-5; // another order of sums in the mean over the map
    private static readonly ImageSize Size = new(32, 32);
    private static readonly NetworkSpec Spec = new("small-cnn", null, HeadBuilder.Default, Size, 2);

    [Fact]
    public void Write_Csv_HasARowPerImageWithItsFeatures()
    {
        using var folder = new TemporaryFolder();

        (int rows, int count) = Dataset(folder).Write(folder["out.csv"], CancellationToken.None);

        string[][] table = [.. File.ReadAllLines(folder["out.csv"]).Select(line => line.Split(','))];
        Assert.Equal(["path", "split", "label", "f0", "f1"], table[0][..5]);
        Assert.Equal((4, 3 + count), (rows, table[0].Length));
        Assert.Equal(
            ["a/1.png train a", "b/1.png train b", "a/2.png validation a", "x.png test "],
            table.Skip(1).Select(row => string.Join(' ', row[..3]))
        );
        FloatAssert.Near(
            Pooled(folder, "b/1.png"),
            [.. table[2].Skip(3).Select(value => float.Parse(value, CultureInfo.InvariantCulture))],
            Tolerance
        );
    }

    [Fact]
    public void Write_Safetensors_HoldsTheSame()
    {
        using var folder = new TemporaryFolder();

        Dataset(folder).Write(folder["out.safetensors"], CancellationToken.None);

        SafetensorsFile file = SafetensorsFile.Read(folder["out.safetensors"]);
        float[] expected = Pooled(folder, "x.png");
        FloatAssert.Near(expected, file.Tensors["features"].AsFloat32()[^expected.Length..], Tolerance);
        Assert.Equal([0, 1, 0, -1], file.Tensors["class_indexes"].AsInt64().ToArray());
        Assert.Equal("""["a","b"]""", file.Metadata["classes"]);
        string[] paths = JsonSerializer.Deserialize<string[]>(file.Metadata["paths"]) ?? [];
        Assert.Equal(
            ["a/1.png", "b/1.png", "a/2.png", "x.png"],
            file.Tensors["sample_indexes"].AsInt64().ToArray().Select(index => paths[index])
        );
    }

    [Fact]
    public void Write_AnotherExtension_IsRefused()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<ArgumentException>(() =>
            Dataset(folder).Write(folder["out.npy"], CancellationToken.None)
        );

        Assert.StartsWith(
            $"Features go to a .csv or a .safetensors file, found '{folder["out.npy"]}'. Give such a name.",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(folder["out.npy"]));
    }

    private static FeatureDataset Dataset(TemporaryFolder folder)
    {
        string[] names = ["a/1.png", "b/1.png", "a/2.png", "x.png"];
        for (int index = 0; index < names.Length; index++)
        {
            using ImageBatch image = TestNetworks.Images(1, Size);
            image.Pixels.Fill((byte)(40 * (index + 1)));
            folder.Write($"images/{names[index]}", ImageEncoder.EncodePng(image.Pixels, Size));
        }

        folder.Write(
            "split.csv",
            "path,split,label,sha256\na/1.png,train,a,\nb/1.png,train,b,\na/2.png,validation,a,\nx.png,test,,\n"
        );
        return new FeatureDataset(
            Checkpoint(),
            SplitManifest.Read(folder["split.csv"], folder["images"], new LabelSet(["a", "b"])),
            CPU,
            new RememberedProgress()
        );
    }

    private static Checkpoint Checkpoint() =>
        new(
            Spec,
            TestNetworks.RandomWeights(Spec.Build()),
            new ModelContract { Labels = new LabelSet(["a", "b"]), Preprocessing = TestNetworks.Preprocessing(32) }
        );

    /// <summary>The backbone's map, averaged over its places here.</summary>
    private static float[] Pooled(TemporaryFolder folder, string name)
    {
        Checkpoint checkpoint = Checkpoint();
        using var network = new TorchNetwork(Spec.Build(), checkpoint.Weights, CPU);
        using ImageBatch image = ImageBatch.Rent(1, Size);
        ImageDecoder.DecodeFile(folder[$"images/{name}"], checkpoint.Contract.Preprocessing, image.Image(0));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Node end = HeadBuilder.BackboneEnd(network.Graph);
        Tensor map = network.Forward(
            InputTensors.Normalize(image, checkpoint.Contract.Preprocessing, CPU),
            ForwardMode.Evaluation,
            until: end.Name
        );
        return map.mean([2, 3]).data<float>().ToArray();
    }
}
