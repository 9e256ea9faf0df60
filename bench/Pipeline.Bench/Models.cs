using Pipeline.Bench.Referee;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Trainer.Training;

namespace Pipeline.Bench;

/// <summary>The networks that are measured, with random weights: times do not depend on them.</summary>
internal static class Models
{
    private const int Seed = 42;

    /// <summary>Threads of a network: all processors, or what the environment variable <c>THREADS</c> says.</summary>
    internal static int Threads { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("THREADS"), out int named) ? named : Environment.ProcessorCount;

    /// <summary>VGG-16 at 64x64 with the five-layer head of the Fashion-MNIST recipe: 17,986,198 parameters.</summary>
    internal static NetworkSpec Vgg16 { get; } =
        new(
            "vgg-16",
            null,
            [
                new FlattenLayer(),
                new DenseLayer(1000),
                new DenseLayer(800),
                new DenseLayer(400),
                new DenseLayer(200),
                new DenseLayer(100),
                new DenseLayer(null),
            ],
            new ImageSize(64, 64),
            10
        );

    /// <summary>The default recipe's network: MobileNetV2 at 96x96, cut at its thirteenth block.</summary>
    internal static NetworkSpec MobileNetV2 { get; } =
        new("mobilenet-v2", "block_13_expand_relu", HeadBuilder.Default, new ImageSize(96, 96), 2);

    /// <summary>MobileNetV2 whole, at the size of ImageNet.</summary>
    internal static NetworkSpec MobileNetV2Whole { get; } =
        new("mobilenet-v2", null, HeadBuilder.Default, new ImageSize(224, 224), 1000);

    /// <summary>
    /// The networks of the training benchmarks, ten classes: VGG-16 and ResNet-18 at 64x64, MobileNetV2 at 96x96.
    /// </summary>
    internal static NetworkSpec Trained(string name) =>
        name == "vgg-16"
            ? Vgg16
            : new(
                name,
                null,
                HeadBuilder.Default,
                name == "resnet-18" ? new ImageSize(64, 64) : new ImageSize(96, 96),
                10
            );

    internal static WeightSet Weights(NetworkGraph graph) =>
        new(graph.Parameters.Select(spec => ParameterInitializer.Create(spec, Seed)));

    internal static Preprocessing Preprocessing(ImageSize size) =>
        new()
        {
            Size = size,
            Resize = ResizeMode.Squash,
            Kernel = ResizeKernel.Bicubic,
            Antialias = true,
            Scale = 1.0 / 255,
            Mean = [0, 0, 0],
            Std = [1, 1, 1],
        };

    internal static Checkpoint Checkpoint(NetworkSpec spec) =>
        new(spec, Weights(spec.Build()), Contract(spec, Preprocessing(spec.Size)));

    /// <summary>Weights varied for the referees' images, and ImageNet's normalisation.</summary>
    internal static Checkpoint VariedCheckpoint(NetworkSpec spec)
    {
        Preprocessing preprocessing = Preprocessing(spec.Size) with
        {
            Mean = [0.485, 0.456, 0.406],
            Std = [0.229, 0.224, 0.225],
        };
        using ImageBatch images = ImageBatch.Rent(RefereeExport.Images, spec.Size);
        GoldenSample.FillPixels(images.Pixels, images.Count, spec.Size);
        return new Checkpoint(
            spec,
            VariedWeights.Create(spec.Build(), preprocessing, images),
            Contract(spec, preprocessing)
        );
    }

    private static ModelContract Contract(NetworkSpec spec, Preprocessing preprocessing) =>
        new()
        {
            Labels = new LabelSet(Enumerable.Range(0, spec.ClassCount).Select(index => $"class-{index}")),
            Preprocessing = preprocessing,
        };
}
