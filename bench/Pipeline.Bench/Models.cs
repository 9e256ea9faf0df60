using Pipeline.Core.Contracts;
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

    /// <summary>VGG-16 at 64x64 with the five-layer head of the Fashion-MNIST recipe: 17,986,198 parameters.</summary>
    internal static NetworkSpec Vgg16 { get; } = new(
        "vgg-16",
        null,
        [new FlattenLayer(), new DenseLayer(1000), new DenseLayer(800), new DenseLayer(400), new DenseLayer(200), new DenseLayer(100), new DenseLayer(null)],
        new ImageSize(64, 64),
        10);

    /// <summary>The default recipe's network: MobileNetV2 at 96x96, cut at its thirteenth block.</summary>
    internal static NetworkSpec MobileNetV2 { get; } = new("mobilenet-v2", "block_13_expand_relu", HeadBuilder.Default, new ImageSize(96, 96), 2);

    internal static WeightSet Weights(NetworkGraph graph) => new(graph.Parameters.Select(spec => ParameterInitializer.Create(spec, Seed)));

    internal static Preprocessing Preprocessing(ImageSize size) => new()
    {
        Size = size,
        Resize = ResizeMode.Squash,
        Kernel = ResizeKernel.Bicubic,
        Antialias = true,
        Scale = 1.0 / 255,
        Mean = [0, 0, 0],
        Std = [1, 1, 1],
    };

    internal static Checkpoint Checkpoint(NetworkSpec spec)
    {
        NetworkGraph graph = spec.Build();
        var contract = new ModelContract { Labels = new LabelSet(Enumerable.Range(0, spec.ClassCount).Select(index => $"class-{index}")), Preprocessing = Preprocessing(spec.Size) };
        return new Checkpoint(spec, Weights(graph), contract);
    }
}
